// Which Dockerfiles are understood, and why others are not.
import { expect, test } from "vitest"
import { pathInContext } from "./build-stages.ts"
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

test("files of a stage are those of the build context, where the same commands build them", () => {
  const text = [
    "ARG VERSION=22",
    "FROM node:${VERSION} AS builder",
    "WORKDIR /usr/app",
    "COPY package.json tsconfig.json ./",
    "COPY src ./src",
    "RUN npm ci && npm run build",
    "USER node",
    "FROM public.ecr.aws/lambda/nodejs:${VERSION}",
    "WORKDIR ${LAMBDA_TASK_ROOT}",
    "COPY --from=builder /usr/app/dist/* ./",
    'CMD ["index.handler"]',
  ].join("\n")
  const stage = {
    name: "builder",
    copies: [
      { sources: ["package.json", "tsconfig.json"], target: "/usr/app/" },
      { sources: ["src"], target: "/usr/app/src" },
    ],
    commands: ["npm ci && npm run build"],
  }
  expect(readDockerfile(text)).toEqual({
    runtime: "nodejs22.x",
    copies: [{ sources: ["/usr/app/dist/*"], target: "/", stage }],
    installs: [],
    environment: [],
    command: ["index.handler"],
  })
  const isFolder = (source: string) => source === "src"
  const inContext = (path: string) => pathInContext(stage, path, isFolder)
  expect(inContext("/usr/app/dist/*")).toBe("dist/*")
  expect(inContext("/usr/app/src/a.ts")).toBe("src/a.ts")
  expect(inContext("/usr/app")).toBe(".")
  expect(inContext("/usr/application/a.js")).toBeUndefined()
})

test("a stage of a base image of Lambda begins in the task root, and can be named by its number", () => {
  const text = [
    "FROM public.ecr.aws/lambda/python:3.12",
    "ARG FUNCTION_DIR=/function",
    "COPY . ${FUNCTION_DIR}",
    "COPY app.py .",
    "RUN pip install -r requirements.txt --target $FUNCTION_DIR",
    "FROM public.ecr.aws/lambda/python:3.12",
    "COPY --from=0 /function ${LAMBDA_TASK_ROOT}",
    'CMD ["app.handler"]',
  ].join("\n")
  const { copies } = readDockerfile(text)
  expect(copies).toMatchObject([
    {
      sources: ["/function"],
      target: "/",
      stage: {
        copies: [
          { sources: ["."], target: "/function" },
          { sources: ["app.py"], target: "/var/task/" },
        ],
        commands: ["pip install -r requirements.txt --target $FUNCTION_DIR"],
      },
    },
  ])
})

const base = "FROM public.ecr.aws/lambda/nodejs:22\n"
test.each<[text: string, why: string]>([
  ["FROM node:22", "is based on node:22. Only public.ecr.aws/lambda/nodejs"],
  ["FROM public.ecr.aws/lambda/nodejs:latest", "is based on public.ecr.aws/lambda/nodejs:latest"],
  ["FROM public.ecr.aws/lambda/provided:al2023", "is based on"],
  [`${base}FROM node:22`, "is based on node:22"],
  [`${base}COPY --from=build /app .`, "has COPY --from=build"],
  [`FROM node AS build\n${base}COPY --from=public.ecr.aws/awsguru/adapter /a .`, "has COPY --from=public.ecr.aws"],
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
