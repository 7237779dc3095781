// Which Dockerfiles are understood, and why others are not.
import { expect, test } from "vitest"
import { readDockerfile, UnservedImage } from "./read-dockerfile.ts"

test("the Dockerfile of a function of Node.js has its runtime, files, variables and handler", () => {
  const text = [
    "# syntax=docker/dockerfile:1",
    "ARG VERSION=22",
    "FROM --platform=linux/amd64 public.ecr.aws/lambda/nodejs:${VERSION}",
    "LABEL team=chat",
    'ENV MODE=test GREETING="good day"',
    "ENV OTHER one value",
    "COPY package*.json ${LAMBDA_TASK_ROOT}",
    "COPY src/ \\",
    "  $LAMBDA_TASK_ROOT/src/",
    "RUN npm ci --omit=dev && npm cache clean --force",
    "WORKDIR src",
    'COPY ["a file.txt", "b.txt"]',
    "",
    'CMD [ "app.handler" ]',
  ].join("\n")
  expect(readDockerfile(text)).toEqual({
    runtime: "nodejs22.x",
    copies: [
      { sources: ["package*.json"], target: "/" },
      { sources: ["src/"], target: "src/" },
      { sources: ["a file.txt"], target: "src/b.txt" },
    ],
    installs: ["npm ci --omit=dev"],
    environment: [
      ["MODE", "test"],
      ["GREETING", "good day"],
      ["OTHER", "one value"],
    ],
    command: ["app.handler"],
  })
})

test("the Dockerfile of a function of Python has its version, and build arguments replace defaults", () => {
  const text = [
    "ARG VERSION=3.12",
    "FROM public.ecr.aws/lambda/python:${VERSION}-arm64",
    "COPY . .",
    'RUN pip install -r requirements.txt --target "${LAMBDA_TASK_ROOT}"',
    'CMD ["app.lambda_handler"]',
  ].join("\n")
  expect(readDockerfile(text)).toMatchObject({ runtime: "python3.12", copies: [{ sources: ["."], target: "/" }] })
  expect(readDockerfile(text, { VERSION: "3.13" })).toMatchObject({ runtime: "python3.13" })
})

const base = "FROM public.ecr.aws/lambda/nodejs:22\n"
test.each<[text: string, why: string]>([
  ["FROM node:22", "is based on node:22. Only public.ecr.aws/lambda/nodejs"],
  ["FROM public.ecr.aws/lambda/nodejs:latest", "is based on public.ecr.aws/lambda/nodejs:latest"],
  ["FROM public.ecr.aws/lambda/provided:al2023", "is based on"],
  [`${base}FROM public.ecr.aws/lambda/nodejs:22`, "has several stages"],
  [`${base}COPY --from=build /app .`, "has COPY --from=build"],
  [`${base}COPY app.js /opt/`, "copies to /opt, which is not in /var/task"],
  [`${base}COPY app.js`, "without a target"],
  [`${base}RUN dnf install -y gcc`, 'runs "dnf install -y gcc"'],
  [`${base}RUN npm ci && npm run build`, 'runs "npm run build"'],
  [`${base}CMD app.handler`, "has CMD app.handler, which is not a list"],
  [`${base}ENTRYPOINT ["node"]`, "has the instruction ENTRYPOINT"],
  [`${base}ADD https://example.com/a.zip .`, "has the instruction ADD"],
  [`${base}COPY $APP .`, "uses $APP, which has no value"],
  ["COPY a b", "does not begin with FROM"],
  ["# nothing", "has no FROM"],
])("%j is not served: it %s", (text, why) => {
  expect(() => readDockerfile(text)).toThrow(UnservedImage)
  expect(() => readDockerfile(text)).toThrow(why)
})
