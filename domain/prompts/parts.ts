/** What every role's prompt has in common. Placeholders are filled by `promptFor`. */

export const TASK = `## The task
You work on \`{{key}}\`, in a git work tree of your own: the current directory, on branch \`{{branch}}\`, at commit \`{{head}}\`. The base it will be delivered to is \`{{base}}\`. This is attempt {{attempt}}.

{{data}}

{{task}}
`;

export const OWED = `## What you owe
{{owed}}

Do not push, do not change git's configuration and do not wait for input: nobody answers while you run. What you leave in the work tree is committed for you.
Stop everything you started before you end; whatever still runs is killed.
`;

export const REPORT = `## How to report
End your output with a report: a block of YAML front matter, then Markdown for the people who read it. Exactly this shape, with nothing after it:

{{report}}

- \`verdict\`: {{verdicts}}
- \`summary\`: one or two sentences in double quotes, at most 2000 bytes.
- \`findings\`: a list, each with \`text\` and, where it helps, \`where\` (a file and line, a check, an address). Write \`findings: []\` when there are none; a verdict of fail needs at least one.
- \`head\`: the commit you worked on, exactly \`{{head}}\` unless you committed yourself; then the full id of your last commit.

Without a valid report the whole run counts for nothing.
`;
