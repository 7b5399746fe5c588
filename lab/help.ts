/** Whether a command of the lab is only asked how it is called, whatever stands beside. */
export function asksForHelp(words: readonly string[]): boolean {
  return words.some((word) => word === '--help' || word === '-h');
}
