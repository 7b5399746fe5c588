import { fieldsOf } from './fields.ts';

/** A Secret's `stringData` is write-only: it is served as `data`. Other objects pass as they are. */
export function withStringData<T extends object>(resource: string, object: T): T {
  const { stringData, data } = fieldsOf(object);
  if (resource !== 'secrets' || stringData === undefined) return object;
  const written = Object.entries(fieldsOf(stringData)).map(([name, text]) => [
    name,
    Buffer.from(String(text)).toString('base64'),
  ]);
  const encoded: unknown = Object.fromEntries(written);
  const folded = { ...object, data: { ...fieldsOf(data), ...fieldsOf(encoded) } };
  Reflect.deleteProperty(folded, 'stringData');
  return folded;
}
