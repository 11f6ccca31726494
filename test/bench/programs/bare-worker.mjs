// The least a worker can be: one queue, one bundle made before, one activity. Given as arguments where everything is.
import { NativeConnection, Worker } from '@temporalio/worker';

const [address, namespace = '', taskQueue = '', codePath = ''] = process.argv.slice(2);
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue,
  workflowBundle: { codePath },
  activities: { judgeGate: async () => undefined },
});
await worker.run();
await connection.close();
