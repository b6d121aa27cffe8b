// Learning the task model from labelled prompts.
export { trainTaskModel, type TaskTrainingOptions, type TaskTrainingRow } from './train-task-model.ts';
export type { TaskModel } from '../task-model.ts';
