/** A pod template whose pods have the label `app`, with one container of that image unless `spec` has others. */
export function template(app: string, image = 'serves', spec: object = {}) {
  return { metadata: { labels: { app } }, spec: { containers: [{ name: 'main', image }], ...spec } };
}
