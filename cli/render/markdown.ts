/** Words in a cell of a table, or in a bullet: neither may hold a line break, and a cell no bar. */
export function cell(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, '; ').replaceAll('|', '\\|');
}

export function mdTable(titles: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)];
}

/** `2026-11-21 13:41:07 UTC`: a report is read in other time zones, too. */
export function utc(instant: string): string {
  const iso = new Date(instant).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** `13:41:07`, with the day where it is not that of `near`. */
export function utcNear(instant: string, near: string): string {
  const whole = utc(instant);
  return whole.slice(0, 10) === utc(near).slice(0, 10) ? whole.slice(11, 19) : whole.replace(' UTC', '');
}
