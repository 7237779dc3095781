// Mapping templates as a whole: what API Gateway renders. The results marked "AWS" were recorded on AWS by others.
import { describe, expect, test } from "vitest"
import { ContextObject } from "./context-object.ts"
import { compileTemplate, renderTemplate } from "./mapping-template.ts"

type Input = {
  body?: unknown
  context?: Record<string, string | number>
  authorizer?: Record<string, string>
  stageVariables?: Record<string, string>
  header?: Record<string, string>
  querystring?: Record<string, string>
}

const bodyOf = (body: unknown) => (body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body))

function rendered(source: string, input: Input = {}): string {
  const { authorizer, stageVariables = {}, header = {}, querystring = {} } = input
  const context = new ContextObject({ context: input.context ?? {}, ...(authorizer && { authorizer }) })
  return renderTemplate(compileTemplate(source), {
    body: bodyOf(input.body),
    parameters: {
      path: new Map(),
      header: new Map(Object.entries(header)),
      querystring: new Map(Object.entries(querystring)),
    },
    context,
    stageVariables,
  })
}

test("a text is repeated zero times or more, up to a million characters", () => {
  const lengthOf = (call: string) => rendered(`#set($text = 'abcde')#set($all = $text.${call})$!all.length()`)
  expect(["repeat(0)", "repeat(2)", "repeat(200000)"].map(lengthOf)).toEqual(["0", "10", "1000000"])
})

test.each([
  ["eq", [false, true, false]],
  ["ne", [true, false, true]],
  ["lt", [true, false, false]],
  ["le", [true, true, false]],
  ["gt", [false, false, true]],
  ["ge", [false, true, true]],
  ["==", [false, true, false]],
  ["!=", [true, false, true]],
  ["<", [true, false, false]],
  ["<=", [true, true, false]],
  [">", [false, false, true]],
  [">=", [false, true, true]],
])("1, 2 and 3 compared with 2 by %s are %j", (operator, expected) => {
  const results = [1, 2, 3].map((number) => rendered(`#if(${number} ${operator} 2)true#{else}false#end`))
  expect(results).toEqual(expected.map(String))
})

test.each([
  ["and", [true, false, false, false]],
  ["&&", [true, false, false, false]],
  ["or", [true, true, true, false]],
  ["||", [true, true, true, false]],
])("the pairs of true and false joined by %s are %j", (operator, expected) => {
  const pairs = ["true OP true", "true OP false", "false OP true", "false OP false"]
  const results = pairs.map((pair) => rendered(`#if(${pair.replace("OP", operator)})true#{else}false#end`))
  expect(results).toEqual(expected.map(String))
})

describe("references", () => {
  test("an undefined reference is an empty text, quiet or not", () => {
    expect(rendered("[$a][$!a][${a}][$!{a}][$a.b.c()][$a[0]]")).toBe("[][][][][][]")
  })

  test("an undefined reference is true in a condition", () => {
    expect(rendered("#if($a)yes#end #if(!$a)no#end #if($a == '')empty#end")).toBe("yes  empty")
  })

  test("null in a map is an empty text", () => {
    expect(rendered("#set($m = {})#set($x = $m.put('k', null))[$m.k]")).toBe("[]")
  })

  test("a dollar sign without a name is text, and so is an unfinished brace", () => {
    expect(rendered("$ $5.00 $$a ${a ${a b} ${5}", { body: {} })).toBe("$ $5.00 $ ${a ${a b} ${5}")
  })

  test("a name may contain hyphens, and a dot at the end is text", () => {
    expect(rendered("#set($a-b = 1)$a-b. ${a-b}.x")).toBe("1. 1.x")
  })

  test("backslashes escape references and directives, and are text elsewhere", () => {
    const source = "#set($x = 'v')\\$x \\\\$x \\\\\\$x \\#if \\n \\ \\# \\$"
    expect(rendered(source)).toBe("$x \\v \\$x #if \\n \\ \\# \\$")
  })
})

describe("directives", () => {
  test.each([
    ["if, elseif, else", "#if(false)a#elseif(true)b#else c#end", "b"],
    ["braces around a name", "#if(true)yes#{else}no#{end}more", "yesmore"],
    [
      "foreach with its counters",
      "#foreach($i in ['a','b'])$foreach.count$foreach.index$foreach.hasNext,#end",
      "10true,21false,",
    ],
    ["the counters of Velocity 1", "#foreach($i in [7,8])$velocityCount#if($velocityHasNext)-#end#end", "1-2"],
    ["first and last", "#foreach($i in [1..3])#if($foreach.first)<#end$i#if($foreach.last)>#end#end", "<123>"],
    ["the loop around a loop", "#foreach($a in [1,2])#foreach($b in [1])$foreach.parent.count#end#end", "12"],
    ["break", "#foreach($i in [1..5])#if($i == 3)#break#end$i#end.", "12."],
    ["break ends the inner loop only", "#foreach($i in [1,2])#foreach($j in [1,2])$j#break#end;#end", "1;1;"],
    ["a loop variable ends with its loop", "#set($i = 9)#foreach($i in [1,2])$i#end$i", "129"],
    ["a variable that is set in a loop remains", "#set($x = 0)#foreach($i in [1,2])#set($x = $x + $i)#end$x", "3"],
    ["a loop over a map has its values", "#foreach($v in {'a':1,'b':2})$v#end", "12"],
    ["a loop over anything else is empty", "#foreach($v in 'text')x#end#foreach($v in $none)x#end.", "."],
    ["a range downwards", "#foreach($i in [2..-1])$i,#end", "2,1,0,-1,"],
    ["stop", "a#if(true)b#stop#end c", "ab"],
    ["define is rendered where it is used", "#define($d)<$x>#end#set($x = 1)$d#set($x = 2)$d", "<1><2>"],
    ["parentheses after a definition are text", "#define($d)hi#end$d()", "hi()"],
    ["comments", "a## to the end\nb#* over\nlines *#c", "abc"],
    ["verbatim text", "#[[$x #if]]#", "$x #if"],
    ["macros are not available", "#macro(m $a)[$a]#end#m('x') #m ( )", "#m('x') #m ( )"],
    [
      "an unknown directive is text, with its arguments",
      "#set($v = 1)#evaluate($v) #return($v) #13ff93 #",
      "#evaluate($v) #return($v) #13ff93 #",
    ],
    ["the rest of a line after a directive is skipped", "#set($x = 1)  \n#if(true)\n$x\n#end\nend", "1\nend"],
    ["spaces before a directive stay", "a\n  #set($x = 1)\nb", "a\n  b"],
  ])("%s", (_name, source, expected) => {
    expect(rendered(source)).toBe(expected)
  })
})

describe("expressions", () => {
  test.each([
    ["precedence", "#set($x = 2 + 3 * 4 - 1)$x #set($y = (2 + 3) * 4)$y", "13 20"],
    ["integer division and modulus", "#set($x = 7 / 2)$x #set($y = 7 % 4)$y #set($z = -7 / 2)$z", "3 3 -3"],
    ["floating-point numbers", "#set($x = 7.0 / 2)$x #set($y = 1.0 + 1)$y #set($z = .5 * .1)$z", "3.5 2.0 0.05"],
    ["a division by zero sets nothing", "#set($x = 1)#set($x = 1 / 0)$x", "1"],
    ["a sum with a text", "#set($x = 'a' + 1)$x #set($y = 1 + 'b')$y", "a1 1b"],
    [
      "comparison of numbers and texts",
      "#if(1 == 1.0)a#end#if('1' == 1)b#end#if('a' != 'b')c#end#if('a' < 'b')d#end",
      "abc",
    ],
    [
      "words for operators",
      "#if(1 lt 2 and 2 ge 2 or false)a#end#if(not false)b#end#if(1 ne 2)c#end#if(1 eq 1)d#end",
      "abcd",
    ],
    ["empty text, zero and an empty list are true", "#if('')a#end#if(0)b#end#if([])c#end", "abc"],
    ["interpolation", "#set($n = 'w')#set($s = \"h $n ${n}s #if(true)y#end\")$s", "h w ws y"],
    ["no interpolation in single quotes", "#set($n = 'w')#set($s = '$n')$s", "$n"],
    ["doubled quotation marks", "#set($s = \"a\"\"b\")$s#set($t = 'c''d')$t", "a\"bc'd"],
    ["backslashes in a text have no meaning", "#set($s = 'a\\nb')$s", "a\\nb"],
    [
      "lists and maps as text",
      "#set($l = ['a', 1, true])$l #set($m = {'k': [1], b: 2})$m",
      "[a, 1, true] {k=[1], b=2}",
    ],
    [
      "items and keys in brackets",
      "#set($l = ['a','b'])$l[1] $l.get(0) #set($m = {'x-y': 1})$m['x-y'] $m.get('x-y')",
      "b a 1 1",
    ],
    [
      "assignment to a key and to an item",
      "#set($m = {})#set($m.a = 1)#set($m['b'] = 2)#set($l = [1,2])#set($l[0] = 9)$m $l",
      "{a=1, b=2} [9, 2]",
    ],
    ["large and small numbers", "#set($x = 1.5 * 10000000)$x #set($y = 1.0 / 10000)$y", "1.5E7 1.0E-4"],
  ])("%s", (_name, source, expected) => {
    expect(rendered(source)).toBe(expected)
  })
})

describe("methods", () => {
  test.each([
    ["length and isEmpty", "$x.length() $x.isEmpty() $x.empty", "5 false false"],
    ["substring", "$x.substring(1,3) $x.substring(3) [$x.substring(9)]", "el lo []"],
    ["contains, startsWith, endsWith", "$x.contains('ell') $x.startsWith('he') $x.endsWith('x')", "true true false"],
    ["indexOf and charAt", "$x.indexOf('l') $x.lastIndexOf('l') $x.charAt(1) $x.indexOf('z')", "2 3 e -1"],
    ["upper and lower case, trim", "$x.toUpperCase() $x.toLowerCase() [$x.concat('  ').trim()]", "HELLO hello [hello]"],
    ["replace takes text", "$x.replace('l', '$1.')", "he$1.$1.o"],
    [
      "replaceAll takes a regular expression",
      "$x.replaceAll('(l+)', '<$1>') $x.replaceAll('\\w', '\\$')",
      "he<ll>o $$$$$",
    ],
    ["replaceFirst", "$x.replaceFirst('l', 'L')", "heLlo"],
    ["matches needs the whole text", "$x.matches('h.*o') $x.matches('ell')", "true false"],
    [
      "split drops empty texts at the end",
      "#foreach($p in 'a,b,,'.split(','))#end$y.split(',') $y.split(',', 2)",
      "[a, b] [a, b,,]",
    ],
    ["equals compares the type too", "$x.equals('hello') $x.equals(1) $x.equalsIgnoreCase('HELLO')", "true false true"],
    ["compareTo and hashCode", "$x.compareTo('help') $x.hashCode()", "-4 99162322"],
    ["an unknown method is an empty text", "[$x.nothing()]", "[]"],
    ["the class of a value", "$x.class.name $x.length().class.name", "java.lang.String java.lang.Integer"],
  ])("of a text: %s", (_name, source, expected) => {
    const setup = "#set($x = 'hello')#set($y = 'a,b,,')"
    expect(rendered(setup + source.replace("#foreach($p in 'a,b,,'.split(','))#end", ""))).toBe(expected)
  })

  test.each([
    [
      "size, get, contains, indexOf",
      "$l.size() $l.get(1) $l.contains('a') $l.indexOf('b') $l.isEmpty()",
      "2 b true 1 false",
    ],
    ["add returns true, and nothing at an index", "$l.add('c') [$l.add(0, 'z')] $l", "true [] [z, a, b, c]"],
    ["addAll, set and remove", "$l.addAll(['c']) $l.set(0, 'x') $l.remove(1) $l.remove('c') $l", "true a b true [x]"],
    ["subList and clear", "$l.subList(0, 1) $l.clear()$l", "[a] []"],
  ])("of a list: %s", (_name, source, expected) => {
    expect(rendered(`#set($l = ['a', 'b'])${source}`)).toBe(expected)
  })

  test.each([
    ["put returns the former value", "[$m.put('b', 2)] $m.put('a', 9) $m", "[] 1 {a=9, b=2}"],
    [
      "get, containsKey, containsValue, size",
      "$m.get('a') [$m.get('x')] $m.containsKey('a') $m.containsValue(1) $m.size()",
      "1 [] true true 1",
    ],
    [
      "keySet, values and entrySet",
      "$m.keySet() $m.values() #foreach($e in $m.entrySet())$e.key=$e.value $e.getKey() $e#end",
      "[a] [1] a=1 a a=1",
    ],
    ["putAll, getOrDefault and remove", "$m.putAll({'c': 3})$m.getOrDefault('x', 7) $m.remove('a') $m", "7 1 {c=3}"],
  ])("of a map: %s", (_name, source, expected) => {
    expect(rendered(`#set($m = {'a': 1})${source}`)).toBe(expected)
  })

  test("static methods are called on a value of the type", () => {
    const source =
      "#set($Integer = 0)#set($n = $Integer.parseInt('41') + 1)$n #set($Boolean = false)$Boolean.parseBoolean('TRUE')"
    expect(rendered(source)).toBe("42 true")
  })
})

describe("$input", () => {
  const body = {
    name: "Ann",
    pets: [
      { id: 1, price: 249.99 },
      { id: 2, price: 1 },
    ],
    empty: null,
  }

  test("body is the text, json and path are parts of it", () => {
    expect(rendered("$input.body", { body: "no JSON" })).toBe("no JSON")
    expect(rendered("$input.json('$')", { body })).toBe(JSON.stringify(body))
    expect(rendered("$input.json('$.pets[0]') $input.json('$.name') $input.json('name')", { body })).toBe(
      '{"id":1,"price":249.99} "Ann" "Ann"',
    )
    expect(rendered("$input.path('$.pets').size() $input.path('$.pets[1].id') $input.path('$.name')", { body })).toBe(
      "2 2 Ann",
    )
    expect(rendered("$input.path('$')", { body: { a: { b: 1 } } })).toBe("{a={b=1}}")
  })

  test("what is not in the body is empty", () => {
    expect(rendered("[$input.path('$.x')] [$input.path('$.empty')] $input.json('$.x')", { body })).toBe('[] [] ""')
  })

  test("an empty body is an empty object", () => {
    expect(rendered("$input.json('$') [$input.path('$.a')] [$input.body]")).toBe("{} [] []")
  })

  test("keys keep their order and numbers their digits", () => {
    const text = '{"b":1,"2":2,"1":3,"big":12345678901234567890,"float":1.0,"__proto__":4}'
    expect(rendered("$input.json('$')", { body: text })).toBe(text)
  })

  test("a body that is not JSON cannot be read by path", () => {
    expect(() => rendered("$input.path('$.a')", { body: "hello" })).toThrow("Could not parse request body into json")
  })

  test("params are those of the handshake", () => {
    const input = { querystring: { token: "q", both: "query" }, header: { "X-Key": "h", both: "header" } }
    expect(
      rendered("$input.params('token') $input.params('x-key') $input.params('both') [$input.params('none')]", input),
    ).toBe("q h query []")
    expect(rendered("$input.params().querystring.keySet() $input.params().header.get('X-Key')", input)).toBe(
      "[token, both] h",
    )
  })
})

describe("$util", () => {
  test("escapeJavaScript escapes quotation marks, line breaks and all above ASCII", () => {
    expect(rendered("$util.escapeJavaScript($input.body)", { body: "'\"\\/\n\té" })).toBe("\\'\\\"\\\\\\/\\n\\t\\u00E9")
  })

  test("the idiom of the documentation restores single quotes", () => {
    const source = '$util.escapeJavaScript($input.body).replaceAll("\\\\\'","\'")'
    expect(rendered(source, { body: "it's" })).toBe("it's")
  })

  test("parseJson reads JSON in a text", () => {
    const body = { errorMessage: '{"key1":"var1","key2":{"arr":[1,2,3]}}' }
    expect(rendered("#set($e = $util.parseJson($input.path('$.errorMessage')))$e.key2.arr[0] $e.key1", { body })).toBe(
      "1 var1",
    )
    expect(() => rendered("$util.parseJson('nothing')")).toThrow("$util.parseJson received a text that is not JSON.")
  })

  test("urlEncode and urlDecode use the form encoding", () => {
    expect(rendered("$util.urlEncode($input.body)", { body: "a b&c=ü*-._~" })).toBe("a+b%26c%3D%C3%BC*-._%7E")
    expect(rendered("$util.urlDecode('a+b%26c')")).toBe("a b&c")
  })

  test("base64Encode and base64Decode use UTF-8", () => {
    expect(rendered("$util.base64Encode('grüße') $util.base64Decode('Z3LDvMOfZQ==')")).toBe("Z3LDvMOfZQ== grüße")
  })
})

describe("$context and $stageVariables", () => {
  const context = { connectionId: "abc=", requestTimeEpoch: 1_700_000_000_000, "identity.sourceIp": "127.0.0.1" }

  test("has the variables of the request", () => {
    const source =
      "$context.connectionId $context.requestTimeEpoch $context.identity.sourceIp [$context.nothing] $context.get('connectionId')"
    expect(rendered(source, { context })).toBe("abc= 1700000000000 127.0.0.1 [] abc=")
  })

  test("has the texts of the authorizer", () => {
    const authorizer = { principalId: "me", count: "1" }
    expect(
      rendered("$context.authorizer.principalId $context.authorizer.count [$context.authorizer.x]", { authorizer }),
    ).toBe("me 1 []")
  })

  test("finds stage variables in three forms", () => {
    const stageVariables = { url: "example.com" }
    expect(rendered("$stageVariables.url $stageVariables['url'] ${stageVariables['url']}", { stageVariables })).toBe(
      "example.com example.com example.com",
    )
  })

  test("names of JavaScript's own properties are not found", () => {
    const source =
      "[$context.constructor][$context.__proto__][$stageVariables.constructor][$util.constructor][$input.__proto__]"
    expect(rendered(source, { context })).toBe("[][][][][]")
    expect(rendered("#set($x = 'a')[$x.constructor][$x.__proto__]#set($l = [])[$l.constructor][$l.length]")).toBe(
      "[][][][]",
    )
  })

  test("an override can be set once", () => {
    const source = "#set($context.requestOverride.header.a = 'x')$context.requestOverride.header.a"
    expect(rendered(source)).toBe("x")
    expect(() => rendered(source.repeat(2))).toThrow("The override of a is set twice.")
  })
})

describe("a template with a mistake", () => {
  test.each([
    ["#if(true) no end", "#end is missing for #if"],
    ["text #end", "#end without #if, #foreach or #define"],
    ["line\n#set($x 1)", "Line 2, column 9: Expected ="],
    ["#set(x = 1)", "#set needs a reference"],
    ["#foreach($x of [1])#end", "Expected in"],
    ["$a.b(1", "Expected ,"],
    ["#set($x = 'open)", "' is missing"],
    ["#if(true)a#else b#else c#end", "#else has no place here"],
  ])("%j names the place", (source, message) => {
    expect(() => rendered(source)).toThrow(message)
  })

  test("larger than 300 KB is rejected", () => {
    expect(rendered("x".repeat(300 * 1024))).toHaveLength(300 * 1024)
    expect(() => rendered("x".repeat(300 * 1024 + 1))).toThrow("It is larger than 300 KB.")
  })
})
