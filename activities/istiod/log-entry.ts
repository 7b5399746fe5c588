import { z } from 'zod';

/** The first line of an entry of istiod's log. Entries span lines: PEM and YAML bodies follow their head. */
export interface LogEntry {
  readonly at: Date;
  readonly level: string;
  /** Empty for the default scope. */
  readonly scope: string;
  readonly message: string;
}

const textForm =
  /^(?<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)\t(?<level>[a-z]+)\t(?:(?<scope>[A-Za-z][\w.-]*)\t)?(?<message>.*)$/;

const jsonForm = z.object({
  level: z.string(),
  time: z.iso.datetime(),
  scope: z.string().optional(),
  msg: z.string(),
});

/**
 * Reads a line as the head of an entry, in text form or in that of `--log_as_json`. Undefined for the lines
 * that follow a head, and for the few that other libraries print in forms of their own.
 */
export function entryHead(line: string): LogEntry | undefined {
  return line.startsWith('{') ? fromJson(line) : fromText(line);
}

function fromText(line: string): LogEntry | undefined {
  const parts = textForm.exec(line)?.groups;
  if (parts === undefined) return undefined;
  return {
    at: new Date(parts['at'] ?? ''),
    level: parts['level'] ?? '',
    scope: parts['scope'] ?? '',
    message: parts['message'] ?? '',
  };
}

function fromJson(line: string): LogEntry | undefined {
  const parsed = jsonForm.safeParse(jsonOf(line));
  if (!parsed.success) return undefined;
  const { time, level, scope, msg } = parsed.data;
  return { at: new Date(time), level, scope: scope ?? '', message: msg };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A brace may begin a line of a body as well.
    return undefined;
  }
}
