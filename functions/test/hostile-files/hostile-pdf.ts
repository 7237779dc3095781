// PDF files with streams that inflate to gigabytes, structures without end, work without end, and damaged ones.
import { deflateSync } from "node:zlib"
import { makePdf } from "../make-documents.ts"
import { zlibBomb } from "./deflate-bomb.ts"
import { contentTypes, damaged, type HostileFile, type Outcome, repeated } from "./hostile-file.ts"
import {
  catalog,
  compressed,
  crossReferenceStream,
  deepTree,
  flate,
  forms,
  hello,
  objectStream,
  objects,
  onePage,
  onePageWith,
  pages,
  raw,
  toUnicode,
  tree,
  type3Font,
} from "./write-pdf.ts"

/** @param scale 1 for the full sizes; smaller for a quick run */
export function hostilePdfs(scale: number): HostileFile[] {
  const times = (count: number) => Math.max(1, Math.floor(count * scale))
  const bomb = () => zlibBomb(2_048)
  const files: [string, () => Uint8Array | Promise<Uint8Array>, ...Outcome[]][] = [
    ["content of 2 GB", () => onePage({ dictionary: flate, data: bomb() }), "TOO_LARGE"],
    [
      "content of 2 GB in two filters",
      () => onePage({ dictionary: "/Filter[/FlateDecode/FlateDecode]", data: deflateSync(bomb()) }),
      "TOO_LARGE",
      "complete",
    ],
    [
      "content of 2 GB in hexadecimal",
      () => onePage({ dictionary: "/Filter[/ASCIIHexDecode/FlateDecode]", data: bomb().toString("hex") }),
      "TOO_LARGE",
    ],
    [
      "64 contents of 2 GB",
      () => onePage(...Array.from({ length: 64 }, () => ({ dictionary: flate, data: bomb() }))),
      "TOO_LARGE",
    ],
    ["500 pages with content of 2 GB", () => pages(500, [{ dictionary: flate, data: bomb() }]), "TOO_LARGE"],
    [
      "run lengths",
      () => onePage({ dictionary: "/Filter/RunLengthDecode", data: repeated("\x81 ", times(20_000_000)) }),
      "complete",
      "TOO_LARGE",
      "TIMED_OUT",
    ],
    [
      "letters placed one by one",
      () => onePage(compressed("(a) Tj 9 0 Td ", times(30_000_000), "BT /F 9 Tf ", "ET")),
      "complete",
      "TOO_LARGE",
      "TIMED_OUT",
    ],
    [
      "a text of 40 MB",
      () => onePage(compressed("Text. ", times(40_000_000), "BT /F 9 Tf (", ") Tj ET")),
      "complete",
      "TOO_LARGE",
      "TIMED_OUT",
    ],
    [
      "saved states without end",
      () => onePage(compressed("q ", times(50_000_000))),
      "complete",
      "TOO_LARGE",
      "TIMED_OUT",
    ],
    [
      "paths without end",
      () => onePage(compressed("0 0 m 9 9 l ", times(50_000_000))),
      "complete",
      "TOO_LARGE",
      "TIMED_OUT",
    ],
    [
      "curves and fills",
      () => onePage(compressed("0 0 m 1 2 3 4 5 6 c h f ", times(50_000_000))),
      "complete",
      "TOO_LARGE",
      "TIMED_OUT",
    ],
    [
      "clip paths",
      () => onePage(compressed("0 0 9 9 re W n ", times(50_000_000))),
      "complete",
      "TOO_LARGE",
      "TIMED_OUT",
    ],
    [
      "operands without operators",
      () => onePage(compressed("1 ", times(50_000_000))),
      "complete",
      "TOO_LARGE",
      "TIMED_OUT",
    ],
    [
      "nested arrays in the content",
      () => onePage(compressed("[", times(50_000_000))),
      "complete",
      "CORRUPT",
      "TOO_LARGE",
      "TIMED_OUT",
    ],
    [
      "nested dictionaries in the content",
      () => onePage(compressed("<<", times(50_000_000), "/A ")),
      "complete",
      "CORRUPT",
      "TOO_LARGE",
      "TIMED_OUT",
    ],
    [
      "nested strings in the content",
      () => onePage(compressed("(", times(50_000_000))),
      "complete",
      "TOO_LARGE",
      "TIMED_OUT",
    ],
    [
      "an inline image of 10 billion pixels",
      () => onePage({ data: `BI /W 100000 /H 100000 /BPC 8 /CS /RGB ID ${"a".repeat(1000)} EI ${hello}` }),
      "complete",
      "TOO_LARGE",
    ],
    [
      "inline images",
      () => onePage(compressed("BI /W 1 /H 1 /BPC 8 /CS /G ID a EI ", times(30_000_000))),
      "complete",
      "TOO_LARGE",
      "TIMED_OUT",
    ],
    ["100,000 pages with one content", () => pages(times(100_000), [{ data: hello }]), "complete"],
    ["more pages than are read", () => pages(100_001, [{ data: hello }]), "TOO_LARGE"],
    [
      "pages that share a text of 1 MB",
      () => pages(times(1_000), [compressed("Text. ", 1_000_000, "BT /F 9 Tf (", ") Tj ET")]),
      "TOO_LARGE",
      "complete",
      "TIMED_OUT",
    ],
    [
      "pages that share a million lines",
      () => pages(times(20_000), [compressed("0 0 m 9 9 l S ", 2_000_000)]),
      "TIMED_OUT",
      "complete",
    ],
    ["forms that contain ten of the next, 20 deep", () => forms(20, 10), "TIMED_OUT", "TOO_LARGE", "complete"],
    ["forms that contain two of the next, 40 deep", () => forms(40, 2), "TIMED_OUT", "TOO_LARGE", "complete"],
    [
      "a form that contains itself",
      () =>
        onePageWith(
          { data: "/X Do" },
          {
            dictionary: "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>",
            data: "/X Do /X Do",
          },
        ),
      "complete",
      "TOO_LARGE",
    ],
    ["a font whose glyphs use the font", () => type3Font(), "complete", "TIMED_OUT", "TOO_LARGE"],
    ["a character map of 2 GB", () => toUnicode({ dictionary: flate, data: bomb() }), "TOO_LARGE", "complete"],
    [
      "character ranges without end",
      () => toUnicode(compressed("<0000> <FFFF> <0000>\n", times(20_000_000), "begincmap 1 beginbfrange\n")),
      "complete",
      "TIMED_OUT",
      "TOO_LARGE",
    ],
    [
      "an image of 2 GB",
      () =>
        onePageWith(
          { data: `/X Do ${hello}` },
          {
            dictionary: `/Type/XObject/Subtype/Image/Width 40000/Height 40000/BitsPerComponent 8/ColorSpace/DeviceGray${flate}`,
            data: bomb(),
          },
        ),
      "complete",
      "TOO_LARGE",
    ],
    ["objects in a stream of 2 GB", () => objectStream(bomb()), "TOO_LARGE", "CORRUPT", "complete"],
    ["a cross-reference stream of 2 GB", () => crossReferenceStream(bomb()), "TOO_LARGE", "CORRUPT", "complete"],
    [
      "a cross-reference that refers to itself",
      () => raw("xref\n0 0\ntrailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"),
      "CORRUPT",
    ],
    ["a page tree that contains itself", () => tree("/Kids[2 0 R 2 0 R]/Count 2"), "CORRUPT", "complete"],
    [
      "a page tree that counts a billion",
      () => tree("/Kids[3 0 R]/Count 1000000000"),
      "TOO_LARGE",
      "CORRUPT",
      "complete",
    ],
    ["a page tree that counts half a million", () => tree("/Kids[3 0 R]/Count 500000"), "TOO_LARGE", "complete"],
    ["a page tree that counts minus one", () => tree("/Kids[3 0 R]/Count -1"), "CORRUPT", "complete"],
    ["a page tree without pages", () => tree("/Kids[]/Count 0"), "CORRUPT"],
    ["a page tree 100,000 deep", () => deepTree(times(100_000)), "complete", "CORRUPT", "TIMED_OUT", "TOO_LARGE"],
    [
      "objects that refer to each other",
      () => raw("1 0 obj 2 0 R endobj 2 0 obj 1 0 R endobj trailer<</Root 1 0 R>>"),
      "CORRUPT",
    ],
    ["a million objects", () => raw(`${objects(times(1_000_000))}${catalog}`), "complete", "TOO_LARGE", "TIMED_OUT"],
    [
      "nested arrays",
      () => raw(`${catalog.replace("/Catalog", `/Catalog/A ${"[".repeat(times(20_000_000))}`)}`),
      "CORRUPT",
      "complete",
      "TOO_LARGE",
      "TIMED_OUT",
    ],
    [
      "nested dictionaries",
      () => raw(`9 0 obj ${"<</A".repeat(times(10_000_000))}`),
      "CORRUPT",
      "TOO_LARGE",
      "TIMED_OUT",
    ],
    ["signatures", () => repeated("%PDF-1.7\n", times(40_000_000)), "CORRUPT", "TIMED_OUT"],
    [
      "object headers",
      () => Buffer.concat([Buffer.from("%PDF-1.7\n"), repeated("1 0 obj\n", times(40_000_000))]),
      "CORRUPT",
      "TIMED_OUT",
      "TOO_LARGE",
    ],
    [
      "trailers",
      () => Buffer.concat([Buffer.from("%PDF-1.7\n"), repeated("trailer<</Root 1 0 R>>\n", times(40_000_000))]),
      "CORRUPT",
      "TIMED_OUT",
      "TOO_LARGE",
    ],
    [
      "ends of files",
      () => Buffer.concat([Buffer.from("%PDF-1.7\n"), repeated("startxref\n9\n%%EOF\n", times(40_000_000))]),
      "CORRUPT",
      "TIMED_OUT",
      "TOO_LARGE",
    ],
    [
      "an unknown encryption",
      () => raw(`${catalog.replace("trailer <<", "trailer <</Encrypt<</Filter/Unknown/V 9>>")}`),
      "ENCRYPTED",
      "CORRUPT",
      "complete",
    ],
    ["a password", () => makePdf(["Secret."], { password: "open sesame" }), "ENCRYPTED"],
    ["a title of 10 MB", () => makePdf(["Text."], { title: "Title ".repeat(times(1_700_000)) }), "complete"],
    ["nothing after its signature", () => Buffer.from("%PDF-1.7\n"), "CORRUPT"],
  ]
  return [
    ...files.map(([name, make, ...outcomes]) => ({
      name: `pdf: ${name}`,
      contentType: contentTypes.pdf,
      outcomes,
      make,
    })),
    ...Array.from(
      { length: 8 },
      (_, seed): HostileFile => ({
        name: `pdf: damaged bytes, seed ${seed + 1}`,
        contentType: contentTypes.pdf,
        outcomes: ["complete", "CORRUPT", "ENCRYPTED", "TOO_LARGE", "TIMED_OUT"],
        make: async () => damaged(await makePdf(["The first page.", "The second page.", "The third page."]), seed + 1),
      }),
    ),
  ]
}
