// For `setupFiles`: every test answers for what it leaves behind in its process.
import { isolateTests } from './isolate-tests.ts';

isolateTests();
