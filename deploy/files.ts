import { isDeepStrictEqual } from 'node:util';
import { Document, isMap, isSeq } from 'yaml';
import { rights, rightsFiles, type RightsFile } from './rights.ts';
import { objectsOf, ruleOf, type RbacObject } from './roles.ts';

/** Where the Istio add-on of AKS has istiod. */
const istioNamespace = 'aks-istio-system';

/** The text of each file of `deploy/rbac/` by its name. */
export function rbacFiles(): ReadonlyMap<string, string> {
  return new Map(rightsFiles.map(({ name, when }) => [`${name}.yaml`, textOf(name, when)]));
}

function textOf(file: RightsFile, when: string): string {
  const documents = objectsOf(file, { istioNamespace }).map((object) => documentOf(file, object));
  const [first] = documents;
  if (first !== undefined) first.commentBefore = plain(headOf(file, when));
  return documents.map(String).join('---\n');
}

function headOf(file: RightsFile, when: string): string {
  const scopes = new Set(rights.filter((right) => right.file === file).map(({ scope }) => scope));
  return [
    ` Written by \`npm run rbac\` of the table in deploy/rights.ts. Needed: ${when}.`,
    ...(scopes.has('istiod')
      ? [` Where istiod is in another namespace, write that in place of ${istioNamespace}.`]
      : []),
    ...(scopes.has('proxies')
      ? [
          ` In place of the ClusterRoleBinding meshturn-${file}-proxies, each namespace with proxies may have its own:`,
          `   kubectl create rolebinding meshturn-${file} -n NAMESPACE \\`,
          `     --clusterrole=meshturn-${file}-proxies --serviceaccount=meshturn:meshturn`,
        ]
      : []),
  ].join('\n');
}

/** Each rule below the reason for it. */
function documentOf(file: RightsFile, object: RbacObject): Document {
  const document = new Document(object);
  const rules = document.get('rules');
  if (!isSeq(rules)) return document;
  rules.items.forEach((item, index) => {
    const rule = object.rules?.[index];
    const right = rights.find((one) => one.file === file && isDeepStrictEqual(ruleOf(one), rule));
    if (!isMap(item) || right === undefined) return;
    item.commentBefore = plain(` ${right.why}`);
    for (const { value } of item.items) if (isSeq(value)) value.flow = true;
  });
  return document;
}

function plain(text: string): string {
  return text.replaceAll('`', '');
}
