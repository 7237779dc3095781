// What stands for a module until it is used. Each of these is what `require` returns in place of the module.

export type Load = () => unknown
type Compiler = (...values: unknown[]) => unknown

/** For a function that returns a compiler, and is called before the compiler is needed. */
export function deferCompiler(load: Load): unknown {
  return (...options: unknown[]) => {
    let compiler: Compiler | undefined
    return (...values: unknown[]) => {
      compiler ??= (load() as (...options: unknown[]) => Compiler)(...options)
      return compiler(...values)
    }
  }
}

/** For exports that are read when they are used. */
export function deferProperties(load: Load): unknown {
  return new Proxy({}, { get: (_, name) => Reflect.get(load() as object, name) })
}

/** For classes that are read long before they are used. */
export function deferClasses(load: Load): unknown {
  const deferClass = (name: string | symbol) =>
    new Proxy(class {}, { construct: (_, values) => Reflect.construct(Reflect.get(load() as object, name), values) })
  return new Proxy({}, { get: (_, name) => deferClass(name) })
}
