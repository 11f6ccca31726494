export { deliverTask } from './deliver-task.ts';
export { projectIntake } from './project-intake.ts';
