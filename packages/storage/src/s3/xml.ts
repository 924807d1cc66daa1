/** An answer that is not the XML it should be; `message` says what it is instead. */
export class XmlProblem extends Error {}

/** How much of a strange answer is repeated in a message. */
const SHOWN_CHARACTERS = 60;

/** Name of the document's element; throws where there is none, or where it is not closed: the answer was cut off. */
export function rootOf(xml: string): string {
  const text = xml.trim();
  const name = /^(?:<\?[^>]*>\s*)*<([A-Za-z]\w*)[\s/>]/.exec(text)?.[1];
  const begins = JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
  if (name === undefined) throw new XmlProblem(`no XML (it begins ${begins})`);
  const isEmpty = text.endsWith("/>") && text.lastIndexOf(`<${name}`) === text.lastIndexOf("<");
  if (isEmpty || text.endsWith(`</${name}>`)) return name;
  throw new XmlProblem(`a <${name}> that is cut off`);
}

/** What is inside the elements of one name, which do not hold others of that name. Takes time in proportion to `xml`. */
export function elements(xml: string, name: string): string[] {
  const [open, close] = [`<${name}>`, `</${name}>`];
  const found: string[] = [];
  for (let start = xml.indexOf(open); start >= 0; ) {
    const end = xml.indexOf(close, start);
    if (end < 0) throw new XmlProblem(`a <${name}> that is not closed`);
    const inside = xml.slice(start + open.length, end);
    if (inside.includes(open)) throw new XmlProblem(`a <${name}> inside another`);
    found.push(inside);
    start = xml.indexOf(open, end);
  }
  return found;
}

/** The text of the first element of a name; undefined where there is none, or where it holds other elements. */
export function textOf(xml: string, name: string): string | undefined {
  const open = xml.indexOf(`<${name}>`);
  if (open < 0) return undefined;
  const start = open + name.length + 2;
  const end = xml.indexOf("<", start);
  return end >= 0 && xml.startsWith(`</${name}>`, end) ? unescapeXml(xml.slice(start, end)) : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const LAST_CODE_POINT = 0x10ffff;

function unescapeXml(value: string): string {
  return value.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
    if (code > LAST_CODE_POINT) throw new XmlProblem(`the character ${whole}, which does not exist`);
    return String.fromCodePoint(code);
  });
}

export function escapeXml(value: string): string {
  return value.replace(/[&<>"'\r\n\t]/g, (c) => `&#${c.charCodeAt(0)};`);
}
