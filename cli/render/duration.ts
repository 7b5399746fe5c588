import { day, minuteOfDay, timeOfDay } from './clock.ts';

/** Seconds in words: `1d 13h 4m`, `12h 20m`, `3m 30s`, `8s`. */
export function inWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    // Seconds say nothing beside hours.
    [whole < 3600 ? whole % 60 : 0, 's'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`);
  return shown.length === 0 ? '0s' : shown.join(' ');
}

/** How long a leaf lives, as istiod is told it: `24h`, `90m`. */
export function lifetime(seconds: number): string {
  if (seconds > 0 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds > 0 && seconds % 60 === 0 ? `${seconds / 60}m` : inWords(seconds);
}

/** Seconds from one instant to another; both ISO 8601 or dates. */
export function secondsBetween(from: string | Date, to: string | Date): number {
  return (new Date(to).getTime() - new Date(from).getTime()) / 1000;
}

/** `in 54 days`, `in 11h 49m`, `2 days ago`. */
export function fromNow(instant: string, now: Date): string {
  const seconds = secondsBetween(now, instant);
  const size = Math.abs(seconds);
  if (size < 1) return 'now';
  const text = size >= 2 * 86_400 ? `${Math.floor(size / 86_400)} days` : inWords(size);
  return seconds < 0 ? `${text} ago` : `in ${text}`;
}

/** `2027-01-14 (in 54 days)`, for an instant. */
export function dayAndDistance(now: Date): (instant: string) => string {
  return (instant) => `${day(instant)} (${fromNow(instant, now)})`;
}

/** `13:03:30 (in 3m 30s)`, `01:14 (in 11h 49m)`: seconds say nothing beside hours. */
export function untilWhen(instant: string, now: Date): string {
  const far = secondsBetween(now, instant) >= 3600;
  return `${far ? minuteOfDay(instant) : timeOfDay(instant)} (${fromNow(instant, now)})`;
}
