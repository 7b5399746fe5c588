/** The Temporal UI shows details of up to some 6 KB. */
const most = 6 * 1024;
/** Of a line that is one of many. */
const mostOfLine = 200;

/** The lines as one text below 6 KB: the last ones give way, as those that matter come first. */
export function within(lines: readonly string[]): string {
  const whole = lines.join('\n');
  if (bytesOf(whole) <= most) return whole;
  const end = '- and more: meshturn rotation status';
  let left = most - bytesOf(end);
  const kept = lines.findIndex((line) => {
    left -= bytesOf(line) + 1;
    return left < 0;
  });
  return [...lines.slice(0, kept), end].join('\n');
}

export function clipped(line: string, length = mostOfLine): string {
  return line.length <= length ? line : `${line.slice(0, length)}…`;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
