import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { Problem } from '../../problems/problem.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { execIn } from '../kube/exec.ts';
import { forwardTo } from '../kube/port-forward.ts';
import type { ProxyReach } from './cluster.ts';
import { configDumpPath, parseConfigDump, type ProxySecrets } from './config-dump.ts';
import { podName, proxyContainer, type ProxyPod } from './pods.ts';

const adminPort = 15000;
/** Milliseconds for each of the two ways; an admin port that listens answers at once. */
const mostWait = 8_000;

/**
 * Asks a proxy what it holds: by port-forward to Envoy's admin port, which needs no right to run commands, or
 * else, where the fleet file says so, by `pilot-agent request` in its container.
 * Throws Problem: CLUSTER_FORBIDDEN where the API server refuses every way, otherwise why the last one failed.
 */
export async function readProxy(reach: ProxyReach, pod: ProxyPod, timeout = mostWait): Promise<ProxySecrets> {
  return parseConfigDump(await readDump(reach, pod, timeout), objectOf(reach.client, pod));
}

/** The same, as Envoy's answer to `configDumpPath` tells it, whatever secrets there are. */
export async function readDump(
  { client, execFallback }: ProxyReach,
  pod: ProxyPod,
  timeout = mostWait,
): Promise<string> {
  const reading = { object: objectOf(client, pod), timeout };
  try {
    return await byPortForward(client, pod, reading);
  } catch (error) {
    if (!(error instanceof Problem) || !execFallback) throw error;
    return byExec(client, pod, reading).catch((second: unknown) => {
      // Where only exec is forbidden, the port-forward's failure is the one to tell.
      throw second instanceof Problem && second.code === 'CLUSTER_FORBIDDEN' ? error : second;
    });
  }
}

function objectOf(client: ClusterClient, pod: ProxyPod): string {
  return `proxy of pod ${podName(pod)} in cluster ${client.name}`;
}

interface Reading {
  readonly object: string;
  /** Milliseconds. */
  readonly timeout: number;
}

async function byPortForward(
  client: ClusterClient,
  pod: ProxyPod,
  { object, timeout }: Reading,
): Promise<string> {
  const forward = await forwardTo(client, pod.namespace, pod.name, adminPort);
  try {
    return await getText(`http://127.0.0.1:${forward.port}/${configDumpPath}`, timeout);
  } catch (error) {
    const found = error instanceof Error ? error.message : 'an unknown error';
    const why = forward.problem();
    // What the API server says holds for more than this proxy.
    if (why !== undefined && why.code !== 'PORT_FORWARD_FAILED') throw why;
    throw new Problem('PROXY_UNREADABLE', {
      object,
      found: `port ${adminPort}: ${why?.details.found ?? found}`,
    });
  } finally {
    await forward.close();
  }
}

function getText(url: string, timeout: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // Every connection is a port-forward of its own, so none is kept.
  const request = get(url, { agent: false, signal: AbortSignal.timeout(timeout) }, (response) => {
    text(response).then((body) => {
      if (response.statusCode === 200) resolve(body);
      else reject(new Error(`HTTP ${response.statusCode ?? 0}`));
    }, reject);
  });
  request.on('error', reject);
  return promise;
}

async function byExec(client: ClusterClient, pod: ProxyPod, { object, timeout }: Reading): Promise<string> {
  const target = { namespace: pod.namespace, pod: pod.name, container: proxyContainer };
  const command = ['pilot-agent', 'request', 'GET', configDumpPath];
  const { promise: late, reject } = Promise.withResolvers<never>();
  const session = new AbortController();
  const timer = setTimeout(() => {
    reject(new Problem('PROXY_UNREADABLE', { object, found: `no answer within ${timeout / 1000} s` }));
    session.abort();
  }, timeout);
  try {
    const running = execIn(client, target, command, session.signal);
    const { stdout, stderr, exitCode } = await Promise.race([running, late]);
    if (exitCode === 0) return stdout;
    const found = `pilot-agent exited with ${exitCode}: ${stderr.split('\n')[0] ?? ''}`;
    throw new Problem('PROXY_UNREADABLE', { object, found });
  } finally {
    clearTimeout(timer);
  }
}
