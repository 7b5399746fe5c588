import { expect, it } from 'vitest';
import { readArguments } from '../../lab/arguments.ts';

it('starts two clusters unless told, and rotates nothing', () => {
  expect(readArguments([])).toEqual({
    ...{ clusters: 2, seed: 1, istio: 'simulated', rotation: undefined },
  });
  expect(readArguments(['--clusters', '3', '--seed', '0'])).toMatchObject({ clusters: 3, seed: 0 });
});

it('takes real istiods where it is told to, or where their folder is named', () => {
  const folder = { ISTIO_BIN_DIR: '/opt/istio/bin' };
  expect(readArguments(['--istio', 'real'])).toMatchObject({ istio: 'real' });
  expect(readArguments([], folder)).toMatchObject({ istio: 'real' });
  expect(readArguments([], { ISTIO_BIN_DIR: '' })).toMatchObject({ istio: 'simulated' });
  expect(readArguments(['--istio', 'simulated'], folder)).toMatchObject({ istio: 'simulated' });
});

it('rotates in three phases and tells it in words unless told', () => {
  const rotation = (...words: string[]) => readArguments(['--rotate', ...words]).rotation;
  expect(rotation('root')).toEqual({ kind: 'root', phases: '3', output: 'text' });
  expect(rotation('intermediate', '-o', 'json', '--phases', '2')).toEqual({
    ...{ kind: 'intermediate', phases: '2', output: 'json' },
  });
});

it.each([
  ['--clusters', '0'],
  ['--clusters', '51'],
  ['--clusters', 'two'],
  ['--clusters', '1e1'],
  ['--clusters', '0x2'],
  ['--clusters', ' 2'],
  ['--clusters=1.5'],
  ['--clusters='],
  ['--cluster', '2'],
  ['2'],
  ['--seed', '-1'],
  ['--istio', 'ambient'],
  ['--rotate', 'leaf'],
  ['--rotate', 'root', '--phases', '4'],
  ['--rotate', 'root', '-o', 'yaml'],
  ['-o', 'json'],
  ['--phases', '2'],
])('refuses %s %s %s %s', (...words) => {
  expect(() => readArguments(words)).toThrow(expect.objectContaining({ code: 'USAGE' }));
});
