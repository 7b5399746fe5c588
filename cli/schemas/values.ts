import { z } from 'zod';

/** A text with a sentence that says what it is. */
export function text(description: string) {
  return z.string().meta({ description });
}

export function instant(description: string) {
  return z.string().meta({ description: `${description}; ISO 8601 in UTC`, format: 'date-time' });
}

export function count(description: string) {
  return z.int().nonnegative().meta({ description });
}

export function seconds(description: string) {
  return z
    .number()
    .nonnegative()
    .meta({ description: `${description}; seconds` });
}

export function yes(description: string) {
  return z.boolean().meta({ description });
}

/** The first key of every document: the schema that it is written by. */
export function name<const Name extends string>(written: Name) {
  return z.literal(written).meta({ description: 'The schema of this document. It only ever grows.' });
}

export const fingerprint = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ id: 'fingerprint', description: "SHA-256 of a certificate's DER, lowercase hexadecimal" });
