import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request, type RequestOptions } from 'node:https';

const answerLimitMs = 2_000;

/** True where the address answers with 200. Throws what keeps it from answering. */
export async function answers(url: string, options: RequestOptions): Promise<boolean> {
  const asked = request(url, { ...options, agent: false, signal: AbortSignal.timeout(answerLimitMs) });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode === 200;
}
