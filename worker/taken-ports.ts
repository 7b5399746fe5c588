/** How a program in Go says that it cannot listen, in whatever it logs: a port comes after the last colon. */
const taken = /listen (?:tcp|udp)\S* \S*?:(\d+): bind: address already in use/g;

/** The ports which somebody else had taken, by the words of a program that ended for that. */
export function takenPorts(log: string): readonly number[] {
  return [...log.matchAll(taken)].map(([, port]) => Number(port));
}
