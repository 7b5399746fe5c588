import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback, type LoopbackServer } from './loopback.ts';

/** One request to a control endpoint. */
export interface Order {
  /** `POST phase`, or `POST scenarios/NAME` where a name follows. */
  readonly what: string;
  readonly name: string;
  readonly body: () => Promise<unknown>;
}

/** What an order is answered with, as JSON; undefined for one that is not known. What it throws is told with 400. */
export type Answering = (order: Order) => Promise<unknown>;

/** On a free loopback port. */
export function serveOrders(answer: Answering): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    answer(orderOf(request)).then(
      (body) => {
        const status = body === undefined ? 404 : 200;
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
      },
      (error: unknown) => {
        const message = error instanceof Error ? error.message : 'unknown error';
        response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
      },
    );
  });
  return listenOnLoopback(server);
}

function orderOf(request: IncomingMessage): Order {
  const { method = '', url = '' } = request;
  const [, resource = '', name] = url.split('/');
  return {
    what: `${method} ${resource}${name === undefined ? '' : '/NAME'}`,
    name: name ?? '',
    body: async () => JSON.parse(await text(request)) as unknown,
  };
}
