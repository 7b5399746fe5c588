import { entryHead } from './log-entry.ts';
import { eventOf, type LogEvent } from './log-events.ts';

/**
 * Reads istiod's log as it comes in, in chunks cut anywhere. An event is told as soon as the head line of its
 * entry is complete, for the last entry may stay the last for hours.
 */
export class LogReader {
  #rest = '';

  push(text: string): readonly LogEvent[] {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap(eventsIn);
  }

  /** What a last line without its newline tells. */
  end(): readonly LogEvent[] {
    const line = this.#rest;
    this.#rest = '';
    return eventsIn(line);
  }
}

function eventsIn(line: string): readonly LogEvent[] {
  const head = entryHead(line.endsWith('\r') ? line.slice(0, -1) : line);
  const event = head === undefined ? undefined : eventOf(head);
  return event === undefined ? [] : [event];
}

/** Events of a whole log. */
export function readEvents(text: string): readonly LogEvent[] {
  const reader = new LogReader();
  return [...reader.push(text), ...reader.end()];
}
