import { podView } from '../controllers/views.ts';
import type { PodRunner } from '../controllers/pod-runner.ts';
import type { Program } from '../world.ts';
import { existing, type Call } from './call.ts';
import { ApiError } from './status.ts';

/** How the call's pod runs, and the container that the call means; errors as kubelet words them. */
export function runnerOf(call: Call): PodRunner | undefined {
  const { name: pod = '', namespace = '', query, cluster } = call;
  const { spec } = podView.parse(existing(call));
  const names = [...spec.containers, ...spec.initContainers].map((container) => container.name);
  const wanted = query.get('container') ?? '';
  if (wanted === '' && names.length > 1 && call.subresource === 'log') {
    const message = `a container name must be specified for pod ${pod}, choose one of: [${names.join(' ')}]`;
    throw new ApiError('BadRequest', message);
  }
  if (wanted !== '' && !names.includes(wanted)) {
    throw new ApiError('BadRequest', `container ${wanted} is not valid for pod ${pod}`);
  }
  return cluster.kubelet.runner(namespace, pod);
}

/** The running program behind the call's pod; 400 where none runs. */
export function programOf(call: Call): Program {
  const { phase } = podView.parse(existing(call)).status;
  if (phase === 'Succeeded' || phase === 'Failed') {
    const message = `cannot exec into a container in a completed pod; current phase is ${phase}`;
    throw new ApiError('BadRequest', message);
  }
  const program = runnerOf(call)?.program;
  if (program === undefined) {
    throw new ApiError(
      'InternalError',
      `unable to upgrade connection: pod ${call.name ?? ''} is not running`,
    );
  }
  return program;
}
