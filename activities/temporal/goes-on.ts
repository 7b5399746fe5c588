/** Whether a workflow of this status has more to do; between two runs of one it is neither here nor there. */
export function goesOn(status: string): boolean {
  return status === 'RUNNING' || status === 'CONTINUED_AS_NEW' || status === 'PAUSED';
}
