import type { z } from 'zod';

/** Stands for a key that may be missing; nothing in a document has this type. */
interface Missing {
  readonly missing: symbol;
}

/** A type as JSON shows it: no key is read-only, and one whose value may be undefined may be missing. */
type AsJson<T> = T extends readonly (infer Item)[]
  ? AsJson<Item>[]
  : T extends object
    ? {
        -readonly [Key in keyof T]-?:
          AsJson<Exclude<T[Key], undefined>> | (undefined extends T[Key] ? Missing : never);
      }
    : T;

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** What the compiler names where schema and type differ. */
interface Differs<Schema, Type> {
  readonly schemaHas: Schema;
  readonly typeHas: Type;
}

/**
 * Holds a schema to the type that the code works with, both ways: a key, a value or an option that only one of
 * them has does not compile. What is documented is thereby what is printed.
 */
export function describing<T>() {
  return <S extends z.ZodType>(
    schema: Same<AsJson<z.output<S>>, AsJson<T>> extends true
      ? S
      : S & Differs<AsJson<z.output<S>>, AsJson<T>>,
  ): S => schema;
}
