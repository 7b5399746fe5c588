import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Alias, Document, Node, Pair, Scalar, YAMLError } from 'yaml';
import { Problem } from '../problems/problem.ts';

export type Path = readonly PropertyKey[];

/** Control characters, but for those that a text file is laid out with. */
const unprintable = /[^\P{Cc}\t\n\r\u0085]/u;

/** The parser's messages repeat what they complain of, however long. */
const mostRepeated = 200;

/** A YAML text whose values can be traced to where they are written. */
export class SourceText {
  /** As named by whoever gave it, for errors. */
  readonly file: string;
  readonly #lines = new LineCounter();
  readonly #document: Document;
  /** Where the first character is that no YAML text has. */
  readonly #unprintable: number | undefined;

  constructor(text: string, file: string) {
    this.file = file;
    this.#unprintable = unprintable.exec(text)?.index;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
  }

  /** Everything that keeps the text from being one YAML document; keys that are written twice do not. */
  syntaxProblems(): readonly Problem[] {
    if (this.#unprintable !== undefined) return [this.#noText(this.#unprintable)];
    // An unknown tag is only a warning to the parser, but its value is then not what the author means.
    const errors = [...this.#document.errors, ...this.#document.warnings].filter(
      ({ code }) => code !== 'DUPLICATE_KEY',
    );
    return [...errors.map((error) => this.#syntaxProblem(error)), ...this.#aliasProblems()];
  }

  /** Keys that their mapping has already. */
  doubleKeys(): readonly Problem[] {
    const twice = new Set(
      this.#document.errors.flatMap(({ code, pos }) => (code === 'DUPLICATE_KEY' ? [pos[0]] : [])),
    );
    const problems: Problem[] = [];
    visit(this.#document, {
      Map: (_, map) => {
        for (const { key } of map.items) {
          if (!isScalar(key) || !twice.has(key.range?.[0] ?? -1)) continue;
          const first = map.items.find((one) => isScalar(one.key) && one.key.value === key.value)?.key;
          problems.push(this.#doubleKey(key, isNode(first) ? first : key));
        }
      },
    });
    return problems;
  }

  /** The whole as plain data; of a key that is written twice, the last. Throws FLEET_FILE_SYNTAX where aliases grow beyond bounds. */
  data(): unknown {
    try {
      return this.#document.toJS();
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
      throw new Problem('FLEET_FILE_SYNTAX', { object: `${this.file}:1:1`, found: cause.message }, { cause });
    }
  }

  /** `file:line:column` of a value, or of the nearest thing around it that is written. */
  at(path: Path): string {
    let node = this.#document.contents;
    for (const step of path) {
      const inner = this.#child(node, step);
      if (!isNode(inner)) break;
      node = inner;
    }
    return this.#position(node?.range?.[0] ?? 0);
  }

  /** `file:line:column` of a key in the mapping at a path. */
  atKey(path: Path, key: string): string {
    const around = path.reduce<Node | null>((node, step) => {
      const inner = this.#child(node, step);
      return isNode(inner) ? inner : null;
    }, this.#document.contents);
    const found = this.#pair(around, key)?.key;
    return isNode(found) ? this.#position(found.range?.[0] ?? 0) : this.at(path);
  }

  #child(node: Node | null, step: PropertyKey): unknown {
    const written = this.#resolved(node);
    if (isSeq(written) && typeof step === 'number') return written.items[step];
    return this.#pair(written, String(step))?.value;
  }

  #pair(node: Node | null, key: string): Pair | undefined {
    const written = this.#resolved(node);
    if (!isMap(written)) return undefined;
    return written.items.findLast(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key,
    );
  }

  #resolved(node: Node | null): Node | null {
    return isAlias(node) ? (node.resolve(this.#document) ?? null) : node;
  }

  #aliasProblems(): readonly Problem[] {
    const unknown: Alias[] = [];
    visit(this.#document, {
      Alias: (_, alias) => {
        if (alias.resolve(this.#document) === undefined) unknown.push(alias);
      },
    });
    return unknown.map(
      (alias) =>
        new Problem('FLEET_FILE_SYNTAX', {
          object: this.#position(alias.range?.[0] ?? 0),
          expected: 'the alias of an anchor above it',
          found: `*${alias.source}`,
        }),
    );
  }

  #doubleKey(key: Scalar, first: Node): Problem {
    const name = String(key.value);
    return new Problem('FLEET_KEY_TWICE', {
      object: `${this.#position(key.range?.[0] ?? 0)}: ${name}`,
      expected: `${name} once`,
      found: `another at ${this.#position(first.range?.[0] ?? 0)}`,
    });
  }

  #noText(offset: number): Problem {
    return new Problem('FLEET_FILE_SYNTAX', {
      object: this.#position(offset),
      expected: 'text',
      found: 'bytes that no text has',
      hint: 'name a fleet file: meshturn fleet validate FILE',
    });
  }

  #syntaxProblem(error: YAMLError): Problem {
    const several = error.code === 'MULTIPLE_DOCS';
    return new Problem('FLEET_FILE_SYNTAX', {
      object: this.#position(error.pos[0]),
      found: several ? 'a second document (one file holds one fleet)' : shortened(error.message),
      ...(several ? { hint: 'write every fleet into a file of its own' } : {}),
    });
  }

  #position(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.file}:${line}:${col}`;
  }
}

function shortened(message: string): string {
  return message.length > mostRepeated ? `${message.slice(0, mostRepeated)}…` : message;
}
