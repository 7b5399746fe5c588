/** Words of an error within one bullet: a line break would end it. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, '; ');
}
