/** A number or percentage of a rolling update, in pods: surges round up, unavailability rounds down. */
export function podsOf(value: number | string, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const part = (total * Number.parseInt(value, 10)) / 100;
  return round === 'up' ? Math.ceil(part) : Math.floor(part);
}
