import dgram from 'node:dgram';
import net from 'node:net';

/*
 * Loaded before anything else (`node --import`), it has Node open no connection and listen nowhere, in this process and
 * in those of Node that it starts. It is what the offline machine of the demo makes do with where the system gives no
 * process a network namespace of its own.
 */
const refusal = (): Error => Object.assign(new Error('this process has no network'), { code: 'ENETUNREACH' });

net.Socket.prototype.connect = function (this: net.Socket) {
  return this.destroy(refusal());
};
net.Server.prototype.listen = function () {
  throw refusal();
};
for (const call of ['bind', 'connect', 'send'] as const) {
  dgram.Socket.prototype[call] = function () {
    throw refusal();
  };
}
