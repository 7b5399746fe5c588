/** One block of a PEM text, as Go's encoding/pem and openssl find it. */
export interface PemBlock {
  /** `CERTIFICATE` */
  readonly label: string;
  /** From the BEGIN line to the END line, byte for byte. */
  readonly text: string;
}

/** What a PEM text is made of. */
export interface PemText {
  readonly blocks: readonly PemBlock[];
  /** The labels of blocks that are cut off, or whose BEGIN and END are not lines of their own. */
  readonly broken: readonly string[];
  /** True where there is more than blocks, whole or broken, and white space. */
  readonly hasOther: boolean;
}

const begin = /^-----BEGIN ([A-Z0-9 ]+)-----$/;
const end = /^-----END ([A-Z0-9 ]+)-----$/;
const boundary = /-----(?:BEGIN|END) ([A-Z0-9 ]+)-----/;

interface Open {
  readonly label: string;
  readonly start: number;
}

/**
 * Takes a text apart, line by line and in one pass. A block whose BEGIN shares its line with anything is none to
 * istiod: two files joined where the first lacks its last newline lose two certificates.
 */
export function readPemText(text: string): PemText {
  const blocks: PemBlock[] = [];
  const broken: string[] = [];
  let hasOther = false;
  let open: Open | undefined;
  let isLost = false;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const next = newline === -1 ? text.length : newline + 1;
    const line = text.slice(start, endOfLine(text, start, next));
    const [opened, closed] = [begin.exec(line)?.[1], end.exec(line)?.[1]];
    if (opened !== undefined) {
      if (open !== undefined) broken.push(open.label);
      open = { label: opened, start };
      isLost = false;
    } else if (closed !== undefined && closed === open?.label) {
      blocks.push({ label: closed, text: text.slice(open.start, start + line.length) });
      open = undefined;
    } else if (closed !== undefined && open === undefined && !isLost) {
      // An END that ends nothing is other text, to Go and openssl alike.
      hasOther = true;
    } else if (boundary.test(line)) {
      const label = open?.label ?? boundary.exec(line)?.[1] ?? '';
      if (!isLost) broken.push(label);
      open = undefined;
      isLost = true;
    } else if (open === undefined && !isLost && line.trim() !== '') hasOther = true;
    start = next;
  }
  if (open !== undefined) broken.push(open.label);
  return { blocks, broken, hasOther };
}

/** Without the blanks at its end: to Go a form feed or a no-break space is none, and a line with one no END. */
function endOfLine(text: string, start: number, next: number): number {
  let end = next;
  while (end > start && ' \t\r\n'.includes(text.charAt(end - 1))) end -= 1;
  return end;
}
