// Learning the task model from labelled prompts and outcomes.
export { trainTaskModel, type TaskTrainingOptions } from './train-task-model.ts';
export type { TaskTrainingRow } from './training-text.ts';
export type { TaskModel } from '../task-model.ts';

// What learned scorers read of a text: the names of its figures.
export { textFigureNames } from '../wording-figures.ts';
