import { startSimulator } from '@lattice-lock/testing/simulator';

/** The vendors of the demo, in a process of their own. It tells its parent where it listens and ends with it. */
const simulator = await startSimulator({ eventDelayMs: 3 });
process.on('disconnect', () => void simulator.close());
process.send?.({ url: simulator.url });
