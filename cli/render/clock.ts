/** `13:41:07`, in the time zone of the process. */
export function timeOfDay(instant: string | Date): string {
  const at = new Date(instant);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':');
}

/** `13:02–01:24 (+1d)`: a span of time, to the minute. */
export function span(from: string, to: string): string {
  const days = dayNumber(new Date(to)) - dayNumber(new Date(from));
  return `${minuteOfDay(from)}–${minuteOfDay(to)}${days > 0 ? ` (+${days}d)` : ''}`;
}

/** `2027-01-14` */
export function day(instant: string): string {
  const at = new Date(instant);
  return `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())}`;
}

/** `13:41` */
export function minuteOfDay(instant: string): string {
  return timeOfDay(instant).slice(0, 5);
}

function dayNumber(at: Date): number {
  return Math.round(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / 86_400_000);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
