// A run as it happens.
export { AnswerStream } from './answer-stream.ts';
