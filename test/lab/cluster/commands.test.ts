import { expect, it } from 'vitest';
import * as command from '../../../lab/cluster/commands.ts';

const installed = (name: string) => `/bin/${name}`;
const tls = { ca: '/tls/ca', cert: '/tls/cert', key: '/tls/key' };
const place: command.ClusterPlace = {
  ...{
    name: 'a',
    etcdUrl: 'https://localhost:1',
    apiPort: 3,
    kubeletPort: 4,
    kwokPort: 5,
    programs: '/a/sock',
    tls,
  },
  ...{ tokens: '/a/tokens', serviceAccountKey: '/a/key', serviceAccountPublicKey: '/a/public' },
  kubeconfigs: { controllerManager: '/a/kcm', scheduler: '/a/scheduler', kubelet: '/a/kubelet' },
  stages: '/stages',
};
const commands = {
  etcd: command.etcd(installed, { folder: '/etcd', port: 1, peerPort: 2, tls }),
  'kube-apiserver': command.apiServer(installed, place),
  'kube-controller-manager': command.controllerManager(installed, place),
  'kube-scheduler': command.scheduler(installed, place),
  kwok: command.kwok(installed, place),
  kubelet: command.kubelet(installed, place),
};
const flag = (words: readonly string[], name: string) =>
  words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);

it.each(Object.entries(commands))(
  'starts %s with options that each have a value',
  (name, [path, ...words]) => {
    expect(path).toBe(`/bin/${name}`);
    for (const word of words) expect(word).toMatch(/^--[a-z-]+=.+$/);
  },
);

it('has every component listen on loopback, or nowhere', () => {
  const api = commands['kube-apiserver'];
  expect([flag(api, 'bind-address'), flag(api, 'secure-port')]).toEqual(['127.0.0.1', '3']);
  expect(flag(commands.kwok, 'server-address')).toBe('127.0.0.1:5');
  expect(flag(commands.kubelet, 'address')).toBe('127.0.0.1:4');
  expect(flag(commands.etcd, 'listen-client-urls')).toBe('https://127.0.0.1:1');
  expect(flag(commands.etcd, 'listen-peer-urls')).toBe('https://127.0.0.1:2');
  expect(flag(commands.etcd, 'peer-client-cert-auth')).toBe('true');
  for (const name of ['kube-controller-manager', 'kube-scheduler'] as const) {
    expect(flag(commands[name], 'secure-port')).toBe('0');
  }
});

it('gives a cluster a part of etcd to itself, which asks its clients for a certificate', () => {
  expect(flag(commands['kube-apiserver'], 'etcd-prefix')).toBe('/a');
  expect(flag(commands.etcd, 'client-cert-auth')).toBe('true');
});

it('leaves every admission plugin on that is on by default, and rights to RBAC', () => {
  expect(flag(commands['kube-apiserver'], 'disable-admission-plugins')).toBeUndefined();
  expect(flag(commands['kube-apiserver'], 'authorization-mode')).toBe('RBAC');
});
