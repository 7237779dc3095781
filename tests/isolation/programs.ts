// The hostile handlers, by what they attack.
import {
  anything,
  type Expected,
  exits,
  fails,
  killed,
  outOfMemory,
  type Program,
  responded,
  signaled,
  timesOut,
} from "./program.ts"

const forever = "await new Promise(() => {})"
const timesOutOrExceedsMemory: Expected[] = [...timesOut, ...outOfMemory]

const anyFailure: Expected[] = [
  { errorType: "Runtime.ExitError" },
  { errorType: "TypeError" },
  { errorType: "Error" },
  { errorType: "Sandbox.Timedout" },
]

type Row = [name: string, code: string, ends: Expected[], options?: Omit<Program, "name" | "code" | "ends">]

const exit: Row[] = [
  ["process.exit(0)", "process.exit(0)", fails("Runtime.ExitError", "Runtime exited without providing a reason")],
  ["process.exit(1)", "process.exit(1)", exits(1)],
  ["process.exit(255)", "process.exit(255)", exits(255)],
  ["process.reallyExit", "process.reallyExit(7)", exits(7)],
  ["process.exitCode", "process.exitCode = 3", responded()],
  ["process.exit after the response", "setTimeout(() => process.exit(1), 1)", responded()],
  ["process.exit in a microtask", `queueMicrotask(() => process.exit(2)); ${forever}`, exits(2)],
  [
    "process.exit in a promise that nothing awaits",
    `Promise.resolve().then(() => process.exit(6)); ${forever}`,
    exits(6),
  ],
  [
    "an exit listener that never returns",
    "process.on('exit', () => { for (;;); }); process.exit(1)",
    timesOut,
    { timeoutMs: 1000 },
  ],
  ["an exit listener that exits again", "process.on('exit', () => process.exit(9)); process.exit(1)", exits(9)],
  ["an exit event without an exit", "process.emit('exit', 0)", responded()],
  [
    "process.exit replaced, then an uncaught error",
    `process.exit = () => {}; setImmediate(() => { throw new RangeError("x") }); ${forever}`,
    fails("RangeError", "x"),
  ],
  ["exit while the module loads", "", exits(4), { top: "process.exit(4)" }],
  ["a module that never finishes loading", "", exits(13), { top: forever }],
  ["a module that throws", "", fails("RangeError", "no"), { top: "throw new RangeError('no')" }],
  ["a module that is killed", "", signaled("killed"), { top: "process.kill(process.pid, 'SIGKILL')" }],
]

const signals: Row[] = [
  ...(
    [
      ["SIGKILL", "killed"],
      ["SIGTERM", "terminated"],
      ["SIGINT", "interrupt"],
      ["SIGHUP", "hangup"],
      ["SIGQUIT", "quit"],
      ["SIGABRT", "aborted"],
      ["SIGSEGV", "segmentation fault"],
      ["SIGBUS", "bus error"],
      ["SIGFPE", "floating point exception"],
      ["SIGILL", "illegal instruction"],
      ["SIGUSR2", "user defined signal 2"],
      ["SIGALRM", "alarm clock"],
    ] as const
  ).map(
    ([name, text]): Row => [`${name} to itself`, `process.kill(process.pid, "${name}"); ${forever}`, signaled(text)],
  ),
  ["SIGSTOP to itself", `process.kill(process.pid, "SIGSTOP"); ${forever}`, timesOut, { timeoutMs: 1000 }],
  ["SIGKILL to its process group", `process.kill(0, "SIGKILL"); ${forever}`, killed],
  [
    "SIGTERM that is caught",
    "process.on('SIGTERM', () => {}); process.kill(process.pid, 'SIGTERM'); return 1",
    responded(1),
  ],
  ["process.abort", "process.abort()", signaled("aborted")],
  ["process.abort in a timer", `setTimeout(() => process.abort(), 1); ${forever}`, signaled("aborted")],
  ["kill from a child process", `use("child_process").exec("kill -9 $PPID"); ${forever}`, killed],
  [
    "stop from a child process",
    `use("child_process").exec("kill -STOP $PPID"); ${forever}`,
    timesOut,
    { timeoutMs: 1000 },
  ],
]

const native: Row[] = [
  ["a stack overflow", "const f = () => f() + 1; f()", fails("RangeError", "Maximum call stack size exceeded")],
  ["a file that is not a library", `process.dlopen({ exports: {} }, "/etc/passwd")`, fails("Error")],
  [
    "an internal binding",
    `process.binding("spawn_sync").spawn(1)`,
    [...anything, ...anyFailure, ...signaled("aborted")],
  ],
  [
    "WebAssembly that traps",
    `const { instance } = await WebAssembly.instantiate(new Uint8Array([0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,5,1,3,0,0,11])); instance.exports.f()`,
    fails("RuntimeError", "unreachable"),
  ],
  ["a damaged V8 value", `use("v8").deserialize(Buffer.from([255, 15, 111, 255]))`, fails("Error")],
]

const descriptors: Row[] = [
  ...[0, 1, 2].map((fd): Row => [`closing descriptor ${fd}`, `use("fs").closeSync(${fd}); return 1`, responded(1)]),
  ["closing the channel to the runtime", `use("fs").closeSync(3); ${forever}`, killed],
  ["closing the channel to the gateway", `use("fs").closeSync(4); return 1`, [...killed, ...exits(1)]],
  [
    "closing every descriptor",
    `for (let fd = 0; fd < 60; fd++) try { use("fs").closeSync(fd) } catch {} return 1`,
    [...killed, ...anyFailure],
  ],
  [
    "a file in the place of the channel",
    `use("fs").closeSync(4); use("fs").openSync("/dev/null", "w"); return 1`,
    [...killed, ...exits(1)],
  ],
  [
    "opening 3000 files",
    `for (let i = 0; i < 3000; i++) use("fs").openSync("/dev/null"); return 1`,
    [{ responded: 1 }, { errorType: "Error" }],
  ],
  ["writing to a closed descriptor", `use("fs").closeSync(1); use("fs").writeSync(1, "x")`, fails("Error", "EBADF")],
  ["writing to a full device", `use("fs").writeFileSync("/dev/full", "x")`, fails("Error", "ENOSPC")],
  ["reading standard input", `return use("fs").readFileSync(0, "utf8")`, responded("")],
  ["reading standard output", `use("fs").readSync(1, Buffer.alloc(1))`, timesOut, { timeoutMs: 1000 }],
  ["ending standard output", `process.stdout.end(); console.log("x"); return 1`, responded(1)],
  [
    "destroying its active handles",
    `for (const handle of process._getActiveHandles()) handle.destroy?.(); return 1`,
    [{ responded: 1 }, ...killed, ...anyFailure],
  ],
]

const ports: Row[] = [
  [
    "a server that stays open",
    `await new Promise((r) => use("net").createServer().listen(0, "127.0.0.1", r)); return 1`,
    responded(1),
  ],
  [
    "500 connections to itself",
    `const { createServer, connect } = use("net"); const sockets = []; const server = createServer((s) => sockets.push(s))
    await new Promise((r) => server.listen(0, "127.0.0.1", r))
    await Promise.all(Array.from({ length: 500 }, () => new Promise((r) => connect(server.address().port, "127.0.0.1", r)))); return 1`,
    responded(1),
    { timeoutMs: 10_000 },
  ],
  [
    "a port that is taken",
    `const { createServer } = use("net"); const a = createServer(); await new Promise((r) => a.listen(0, "127.0.0.1", r))
    createServer().listen(a.address().port, "127.0.0.1"); ${forever}`,
    fails("Error", "EADDRINUSE"),
  ],
  [
    "an AWS host that is not served",
    `await fetch("https://firehose.eu-west-1.amazonaws.com").catch(({ cause }) => { throw cause })`,
    fails("NotServedLocally"),
  ],
]

const realm: Row[] = [
  ["a property of Object.prototype", "Object.prototype.polluted = 1; return 1", responded(1)],
  ["toJSON of Object.prototype", "Object.prototype.toJSON = () => 'x'; return 1", responded(1)],
  [
    "a setter of Object.prototype",
    "Object.defineProperty(Object.prototype, 'type', { set() { throw new Error() } }); return 1",
    responded(1),
  ],
  ["then of Object.prototype", "Object.prototype.then = () => {}; return 1", [...responded(1), ...timesOut]],
  ["Promise.prototype.then", "Promise.prototype.then = () => {}; return 1", responded(1)],
  ["Array.prototype.push", "Array.prototype.push = () => { throw new Error() }; return 1", anything],
  ["no iterator of arrays", "delete Array.prototype[Symbol.iterator]; return 1", [{ responded: 1 }, ...anyFailure]],
  ["a frozen Object.prototype", "Object.freeze(Object.prototype); return 1", responded(1)],
  ["JSON.stringify replaced", "JSON.stringify = () => 'no JSON'; return 1", killed],
  ["JSON.parse replaced", "JSON.parse = () => { throw new Error() }; return 1", responded(1)],
  ["no Buffer", "delete globalThis.Buffer; return 1", responded(1)],
  ["no process", "delete globalThis.process; return 1", [{ responded: 1 }, ...anyFailure]],
  ["no Date", "globalThis.Date = undefined; console.log(1); return 1", responded(1)],
  ["a clock that is not a number", "performance.now = () => NaN; return 1", responded(1)],
  [
    "Error.prepareStackTrace that throws",
    "Error.prepareStackTrace = () => { throw new Error() }; throw new TypeError('x')",
    [{ errorType: "TypeError" }, { errorType: "Error" }, { errorType: "handled" }],
  ],
  ["process.env replaced", "process.env = null; return 1", responded(1)],
  [
    "no listeners of the runtime",
    `process.removeAllListeners(); setImmediate(() => { throw new Error("x") }); ${forever}`,
    exits(1),
  ],
]

const blocked: Row[] = [
  ["an endless loop", "for (;;);", timesOut, { timeoutMs: 1000 }],
  // Both allocate as fast as the machine allows, so that either limit can be reached first.
  [
    "endless microtasks",
    "const f = () => Promise.resolve().then(f); await f()",
    timesOutOrExceedsMemory,
    { timeoutMs: 1000 },
  ],
  ["endless nextTick", `const f = () => process.nextTick(f); f(); ${forever}`, timesOut, { timeoutMs: 1000 }],
  ["endless setImmediate", `const f = () => setImmediate(f); f(); ${forever}`, timesOut, { timeoutMs: 1000 }],
  ["a promise that never settles", forever, timesOut, { timeoutMs: 1000 }],
  ["Atomics.wait", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)", timesOut, { timeoutMs: 1000 }],
  ["execSync", `use("child_process").execSync("sleep 60")`, timesOut, { timeoutMs: 1000 }],
  ["spawnSync", `use("child_process").spawnSync("sleep", ["60"])`, timesOut, { timeoutMs: 1000 }],
  ["pbkdf2Sync", `use("crypto").pbkdf2Sync("a", "b", 2 ** 31 - 1, 64, "sha512")`, timesOut, { timeoutMs: 1000 }],
  ["scryptSync", `for (;;) use("crypto").scryptSync("a", "b", 64)`, timesOut, { timeoutMs: 1000 }],
  ["a regular expression", `/^(a+)+$/.test("a".repeat(60) + "b")`, timesOut, { timeoutMs: 1000 }],
  ["vm without a timeout", `use("vm").runInNewContext("for(;;);")`, timesOut, { timeoutMs: 1000 }],
  [
    "an endless query of SQLite",
    `new (use("node:sqlite").DatabaseSync)(":memory:").prepare("with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c").get()`,
    timesOut,
    { timeoutMs: 1000 },
  ],
  [
    "a pipe without a writer",
    `use("child_process").execSync("mkfifo pipe" + process.pid); use("fs").readFileSync("pipe" + process.pid)`,
    timesOut,
    { timeoutMs: 1000 },
  ],
  [
    "zlib",
    `for (;;) use("zlib").gzipSync(Buffer.alloc(4e6, "ab"), { level: 9 })`,
    timesOutOrExceedsMemory,
    { timeoutMs: 1000 },
  ],
  [
    "WebAssembly",
    `const { instance } = await WebAssembly.instantiate(new Uint8Array([0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,9,1,7,0,3,64,12,0,11,11])); instance.exports.f()`,
    timesOut,
    { timeoutMs: 1000 },
  ],
  [
    "a thread pool full of hashes",
    `for (let i = 0; i < 64; i++) use("crypto").pbkdf2("a", "b", 2 ** 31 - 1, 64, "sha512", () => {}); await use("fs").promises.readFile("/etc/hostname")`,
    timesOut,
    { timeoutMs: 1000 },
  ],
  [
    "a thread pool full of pipes",
    `use("child_process").execSync("mkfifo pool" + process.pid); for (let i = 0; i < 16; i++) use("fs").readFile("pool" + process.pid, () => {}); await use("fs").promises.readFile("/etc/hostname")`,
    timesOut,
    { timeoutMs: 1000 },
  ],
  ["an init that never returns", "", fails("Sandbox.Timedout"), { top: "for (;;);", timeoutMs: 1000 }],
]

const output: Row[] = [
  [
    "30,000 lines",
    `for (let i = 0; i < 30_000; i++) console.log("line", i); return 1`,
    responded(1),
    { timeoutMs: 15_000 },
  ],
  [
    "40 MB of lines",
    `const text = "x".repeat(200_000); for (let i = 0; i < 200; i++) console.log(text); return 1`,
    responded(1),
    { timeoutMs: 20_000 },
  ],
  ["lines without end", `for (;;) console.log("x".repeat(1000))`, timesOut, { timeoutMs: 1000 }],
  [
    "raw output without end",
    `const bytes = Buffer.alloc(65536, "a\\n"); for (;;) use("fs").writeSync(1, bytes)`,
    timesOut,
    { timeoutMs: 1000 },
  ],
  [
    "raw errors without a line break",
    `const bytes = Buffer.alloc(65536, "a"); for (;;) use("fs").writeSync(2, bytes)`,
    timesOut,
    { timeoutMs: 1000 },
  ],
  ["a line of 20 MB", `console.log("x".repeat(20e6)); return 1`, responded(1), { timeoutMs: 10_000 }],
  [
    "bytes that are not text",
    `process.stdout.write(Buffer.from([0, 255, 254, 10, 0])); console.log("\\ud800\\u0000"); return 1`,
    responded(1),
  ],
  [
    "a value that cannot be printed",
    `console.log({ [use("util").inspect.custom]() { throw new TypeError("x") } })`,
    fails("TypeError"),
  ],
  [
    "a child process that prints without end",
    `use("child_process").spawn("yes", { stdio: "inherit" }); ${forever}`,
    timesOut,
    { timeoutMs: 1000 },
  ],
  ["console replaced", "console.log = null; console.log(1)", fails("TypeError")],
  ["output that imitates the platform", `console.log("REPORT RequestId: x\\tDuration: 0 ms"); return 1`, responded(1)],
]

const memory: Row[] = [
  ["buffers", "const all = []; for (;;) all.push(Buffer.alloc(1e6, 1))", outOfMemory, { timeoutMs: 30_000 }],
  ["objects", "const all = []; for (;;) all.push({ text: 'x' + Math.random() })", outOfMemory, { timeoutMs: 30_000 }],
  ["one array", "const all = []; for (;;) all.push(1)", outOfMemory, { timeoutMs: 30_000 }],
  [
    "typed arrays",
    "const all = []; for (;;) all.push(new Float64Array(1e6).fill(1))",
    outOfMemory,
    { timeoutMs: 30_000 },
  ],
  [
    "strings",
    "const all = []; for (;;) all.push(Buffer.alloc(1e6, 97).toString('latin1'))",
    outOfMemory,
    { timeoutMs: 30_000 },
  ],
  [
    "a Map",
    "const all = new Map(); for (let i = 0; ; i++) all.set(i, i)",
    [...outOfMemory, { errorType: "RangeError" }],
    { timeoutMs: 30_000 },
  ],
  [
    "closures that wait",
    "const all = []; for (;;) { await null; all.push(() => all) }",
    outOfMemory,
    { timeoutMs: 30_000 },
  ],
  [
    "4 GB in one allocation",
    "return Buffer.alloc(4e9).length",
    [{ responded: 4e9 }, ...outOfMemory, { errorType: "RangeError" }],
    { timeoutMs: 30_000 },
  ],
  ["1 GB that is used", "return Buffer.alloc(1e9).fill(1).length", outOfMemory, { timeoutMs: 30_000 }],
  [
    "the memory of WebAssembly",
    "const memory = new WebAssembly.Memory({ initial: 20_000 }); new Uint8Array(memory.buffer).fill(1)",
    [...outOfMemory, { errorType: "RangeError" }],
    { timeoutMs: 30_000 },
  ],
  [
    "memory in a thread",
    `new (use("worker_threads").Worker)("const all = []; for (;;) all.push(Buffer.alloc(1e6, 1))", { eval: true }); ${forever}`,
    outOfMemory,
    { timeoutMs: 30_000 },
  ],
  ["a string that is too long", "return 'x'.repeat(2 ** 30)", fails("RangeError", "Invalid string length")],
]

const timers: Row[] = [
  ["an interval", "setInterval(() => {}, 1); return 1", responded(1)],
  ["100,000 timers", "for (let i = 0; i < 1e5; i++) setTimeout(() => {}, 1e6); return 1", responded(1)],
  ["an error after the response", `setTimeout(() => { throw new Error("late") }, 1); return 1`, responded(1)],
  [
    "an unhandled rejection after the response",
    `setTimeout(() => Promise.reject(new Error("late")), 1); return 1`,
    responded(1),
  ],
  [
    "an error in a timer",
    `setTimeout(() => { throw new RangeError("timer") }, 1); ${forever}`,
    fails("RangeError", "timer"),
  ],
  [
    "an error in nextTick",
    `process.nextTick(() => { throw new RangeError("tick") }); ${forever}`,
    fails("RangeError", "tick"),
  ],
]

const threads: Row[] = [
  [
    "a thread that never ends",
    `new (use("worker_threads").Worker)("for (;;);", { eval: true }); return 1`,
    responded(1),
  ],
  [
    "a thread that throws",
    `new (use("worker_threads").Worker)("throw new RangeError('thread')", { eval: true }); ${forever}`,
    fails("RangeError", "thread"),
  ],
  [
    "a thread that exits",
    `return new Promise((r) => new (use("worker_threads").Worker)("process.exit(3)", { eval: true }).on("exit", r))`,
    responded(3),
  ],
  [
    "a thread that aborts",
    `new (use("worker_threads").Worker)("process.abort()", { eval: true }); ${forever}`,
    fails("TypeError", "not supported in workers"),
  ],
  [
    "a thread that kills",
    `new (use("worker_threads").Worker)("process.kill(process.pid, 'SIGKILL')", { eval: true }); ${forever}`,
    killed,
  ],
  [
    "a thread that writes to the channel",
    `new (use("worker_threads").Worker)("require('fs').writeSync(4, 'garbage garbage')", { eval: true }); ${forever}`,
    killed,
  ],
]

const childProcesses: Row[] = [
  ["a child process", `return use("child_process").execSync("echo hi", { encoding: "utf8" })`, responded("hi\n")],
  [
    "20 child processes that stay",
    `for (let i = 0; i < 20; i++) use("child_process").spawn("sleep", ["60"]).unref(); return 1`,
    responded(1),
    { timeoutMs: 10_000 },
  ],
  [
    "a child process that ignores signals",
    `use("child_process").spawn("sh", ["-c", "trap '' TERM INT HUP; sleep 60"]).unref(); return 1`,
    responded(1),
  ],
  [
    "a program that does not exist",
    `use("child_process").spawn("no-such-program"); ${forever}`,
    fails("Error", "ENOENT"),
  ],
  [
    "a child process that holds the channel",
    `use("child_process").spawn("sleep", ["60"], { stdio: ["ignore", "inherit", "inherit", 3, 4] }).unref(); process.exit(5)`,
    exits(5),
  ],
]

const results: Row[] = [
  ["a BigInt", "return 1n", fails("Runtime.JSONStringifyError")],
  ["a cycle", "const a = {}; a.a = a; return a", fails("Runtime.JSONStringifyError")],
  ["a getter that throws", "return { get x() { throw new Error() } }", fails("Runtime.JSONStringifyError")],
  ["toJSON that throws", "return { toJSON() { throw new Error() } }", fails("Runtime.JSONStringifyError")],
  ["nesting", "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a", fails("Runtime.JSONStringifyError")],
  ["over 6 MB", "return 'x'.repeat(7e6)", fails("Function.ResponseSizeTooLarge")],
  ["almost 6 MB", "return 'x'.repeat(6_291_554)", anything],
  ["a function", "return () => 1", responded()],
  ["a symbol", "return Symbol()", responded()],
  ["NaN", "return NaN", responded()],
  [
    "a revoked proxy",
    "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return { proxy }",
    fails("Runtime.JSONStringifyError"),
  ],
  ["__proto__ as a key", `return JSON.parse('{"__proto__":{"polluted":1}}')`, anything],
  ["a lone surrogate", `return "\\ud800"`, responded("\ud800")],
  ["a thenable that never settles", "return { then() {} }", timesOut, { timeoutMs: 1000 }],
  ["a thenable that throws", "return { then() { throw new RangeError('then') } }", fails("RangeError", "then")],
  [
    "a thenable that settles twice",
    "return { then(resolve, reject) { resolve(1); reject(new Error()) } }",
    responded(1),
  ],
]

const errors: Row[] = [
  ["undefined thrown", "throw undefined", fails("undefined")],
  ["null thrown", "throw null", fails("object", "null")],
  ["a symbol thrown", "throw Symbol('s')", fails("symbol")],
  ["an object without a prototype", "throw Object.create(null)", fails("handled")],
  [
    "a revoked proxy thrown",
    "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy",
    fails("handled"),
  ],
  ["a name that is not text", "throw Object.assign(new Error('x'), { name: { a: 1 } })", fails("[object Object]")],
  [
    "a message that cannot be read",
    "throw Object.defineProperty(new Error(), 'message', { get() { throw 1 } })",
    fails("handled"),
  ],
  ["a stack that is not text", "throw Object.assign(new Error('x'), { stack: 42 })", fails("Error", "x")],
  [
    "a message of 30 MB",
    "throw new Error('x'.repeat(30e6))",
    fails("Error", "xxxx"),
    { timeoutMs: 20_000, memoryMb: 512 },
  ],
  [
    "a trace of 200,000 lines",
    "throw Object.assign(new Error('x'), { stack: 'a\\n'.repeat(2e5) })",
    fails("Error", "x"),
    { timeoutMs: 20_000 },
  ],
  [
    "an unhandled rejection",
    `Promise.reject(new Error("lost")); ${forever}`,
    fails("Runtime.UnhandledPromiseRejection", "lost"),
  ],
  ["a rejection of undefined", `Promise.reject(); ${forever}`, fails("Runtime.UnhandledPromiseRejection")],
  [
    "an event named error",
    `new (use("events").EventEmitter)().emit("error", new RangeError("e"))`,
    fails("RangeError", "e"),
  ],
  [
    "an uncaught exception that is emitted",
    `process.emit("uncaughtException", new RangeError("e")); ${forever}`,
    fails("RangeError", "e"),
  ],
]

const frame = `const frame = (header, payload = "") => {
  const text = typeof header === "string" ? header : JSON.stringify(header)
  const bytes = Buffer.alloc(8 + Buffer.byteLength(text) + Buffer.byteLength(payload))
  bytes.writeUInt32LE(bytes.length - 4, 0); bytes.writeUInt32LE(Buffer.byteLength(text), 4); bytes.write(text + payload, 8)
  return bytes
}
const sendRaw = (bytes) => use("fs").writeSync(4, bytes)
const error = { errorType: "E", errorMessage: "m" }`

const messages = (
  [
    ["text that is not a frame", `sendRaw("garbage garbage garbage")`],
    ["a frame of 4 GB", "sendRaw(Buffer.from([255, 255, 255, 255, 0, 0, 0, 0]))"],
    ["a frame without room for a header", "sendRaw(Buffer.from([1, 0, 0, 0, 7]))"],
    ["a header longer than its frame", "sendRaw(Buffer.from([6, 0, 0, 0, 99, 0, 0, 0, 1, 2]))"],
    ["a header that is not JSON", "sendRaw(frame('{'))"],
    ["null", "sendRaw(frame('null'))"],
    ["a number", "sendRaw(frame('1'))"],
    ["an array", "sendRaw(frame('[]'))"],
    ["no type", "sendRaw(frame({}))"],
    ["an unknown type", "sendRaw(frame({ type: 'other' }))"],
    ["a type of Object.prototype", "sendRaw(frame({ type: 'constructor' }))"],
    ["__proto__ as the type", "sendRaw(frame({ type: '__proto__' }))"],
    ["ready twice", "sendRaw(frame({ type: 'ready', initMs: 1 }))"],
    [
      "a result for another request",
      "sendRaw(frame({ type: 'responded', requestId: 'x', durationMs: 1, memoryBytes: 1 }, '1'))",
    ],
    [
      "a result that is not JSON",
      "sendRaw(frame({ type: 'responded', requestId: context.awsRequestId, durationMs: 1, memoryBytes: 1 }, '{'))",
    ],
    [
      "a negative duration",
      "sendRaw(frame({ type: 'responded', requestId: context.awsRequestId, durationMs: -1, memoryBytes: 1 }, '1'))",
    ],
    [
      "a duration that is text",
      "sendRaw(frame({ type: 'responded', requestId: context.awsRequestId, durationMs: '1', memoryBytes: 1 }, '1'))",
    ],
    [
      "an infinite duration",
      `sendRaw(frame('{"type":"responded","requestId":"x","durationMs":1e999,"memoryBytes":1}', '1'))`,
    ],
    [
      "an error without a message",
      "sendRaw(frame({ type: 'failed', requestId: context.awsRequestId, error: { errorType: 'E' }, durationMs: 1, memoryBytes: 1, fatal: false }))",
    ],
    [
      "a trace that is not a list",
      "sendRaw(frame({ type: 'failed', requestId: context.awsRequestId, error: { ...error, trace: {} }, durationMs: 1, memoryBytes: 1, fatal: false }))",
    ],
    ["a failure of nothing", "sendRaw(frame({ type: 'failed', error, durationMs: 1, memoryBytes: 1, fatal: false }))"],
    ["invocations that were not recalled", "sendRaw(frame({ type: 'recalled', count: 1 }))"],
    ["a negative number of invocations", "sendRaw(frame({ type: 'recalled', count: -1 }))"],
    ["output of another stream", "sendRaw(frame({ type: 'output', kind: 'platform' }, 'x'))"],
  ] as const
).map(([name, code]): Row => [name, `${code}; ${forever}`, killed, { top: frame }])

const otherMessages: Row[] = [
  [
    "its own result",
    `sendRaw(frame({ type: "responded", requestId: context.awsRequestId, durationMs: 1, memoryBytes: 1 }, '"forged"')); ${forever}`,
    responded("forged"),
    { top: frame },
  ],
  [
    "its own fatal error",
    `sendRaw(frame({ type: "failed", requestId: context.awsRequestId, error, durationMs: 1, memoryBytes: 1, fatal: true })); ${forever}`,
    fails("E", "m"),
    { top: frame },
  ],
  [
    "half a frame",
    `sendRaw(frame({ type: "output", kind: "stdout" }, "x").subarray(0, 20)); ${forever}`,
    timesOut,
    { top: frame, timeoutMs: 1000 },
  ],
  ["an exit that does not follow", `sendRaw(frame({ type: "exiting" })); return 1`, responded(1), { top: frame }],
  ["much memory", `sendRaw(frame({ type: "memory", bytes: 1e15 })); ${forever}`, outOfMemory, { top: frame }],
  [
    "an init that is ready before it is",
    "return 1",
    [...killed, { responded: 1 }],
    { top: `${frame}; sendRaw(frame({ type: "ready", initMs: 1 }))` },
  ],
]

const groups: Record<string, Row[]> = {
  exit,
  signals,
  native,
  descriptors,
  ports,
  realm,
  blocked,
  output,
  memory,
  timers,
  "child processes": childProcesses,
  results,
  errors,
  messages: [...messages, ...otherMessages],
  // Last, because its first program keeps a core busy until its gateway closes.
  threads,
}

export const programs: (Program & { group: string })[] = Object.entries(groups).flatMap(([group, rows]) =>
  rows.map(([name, code, ends, options]) => ({ group, name, code, ends, ...options })),
)
