import { isolateTests } from '../index.ts';

isolateTests({ ignore: ['method'], allow: ['environment:PLANTED_ALLOWED'], settleMs: 100 });
