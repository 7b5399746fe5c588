/** Who makes the new intermediates of a simulated fleet, by the names of the fleet file. */
export const simIssuers = ['files', 'offline', 'key-vault-key', 'command'] as const;

export type SimIssuer = (typeof simIssuers)[number];

export function isSimIssuer(name: string): name is SimIssuer {
  return simIssuers.some((one) => one === name);
}
