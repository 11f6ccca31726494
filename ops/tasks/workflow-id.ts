/** The same as in `workflows/messages.ts`, which loads the workflow library; a test holds the two together. */
export const taskWorkflowId = (key: string): string => `task/${key}`;
