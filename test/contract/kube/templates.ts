interface Container {
  readonly name: string;
  readonly image: string;
}

/** A pod template whose pods have the label `app`. */
export function template(
  app: string,
  containers: readonly Container[] = [{ name: 'main', image: 'serves' }],
) {
  return { metadata: { labels: { app } }, spec: { containers: [...containers] } };
}
