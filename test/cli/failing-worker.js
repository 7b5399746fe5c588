// Loaded before a command: every worker that it runs fails after a second, as it does where the server tells something
// that is no use to retry. The SDK has no other way to bring that about than its own private one.
import { Worker } from '@temporalio/worker';

const { create } = Worker;
Worker.create = async (options) => {
  const worker = await create.call(Worker, options);
  const failures = Reflect.get(worker, 'unexpectedErrorSubject');
  setTimeout(() => failures.error(new Error('the namespace is gone')), 1_000);
  return worker;
};
