// Learning the task model from labelled prompts and outcomes.
export { trainTaskModel, type TaskTrainingOptions } from './train-task-model.ts';
export type { TaskTrainingRow } from './training-text.ts';
export type { TaskModel } from '../task-model.ts';
