import { expect, it } from 'vitest';
import { readArguments } from '../../lab/arguments.ts';
import { labWords } from './real/lab-process.ts';

it.each([
  [undefined, 'simulated'],
  ['simulated', 'simulated'],
  ['real', 'real'],
] as const)(
  'a lab that a test starts with Istio %s has %s istiods, whatever ISTIO_BIN_DIR is',
  (asked, istio) => {
    const environment = { ISTIO_BIN_DIR: '/opt/istio/bin' };
    expect(readArguments(labWords(2, asked), environment)).toMatchObject({ clusters: 2, istio });
  },
);
