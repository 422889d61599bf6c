"""A seeded generator of synthetic clinician posts, and the loopback servers of the demo.

What it is for: `make demo`, tests and benchmarks need thousands of posts whose identifiers and drivers are known
exactly, that nobody wrote and that may lie in a public repository. `generate` makes them from a seed; `write_export`,
`write_feeds` and `DemoServer` serve them in the three protocols that `collect` speaks; `write_catalogue` writes the
operator's entries for them; `scan` and `scan_text` look for every planted value in whatever a run wrote.

What it is not: evidence about real text. A figure measured on these posts says that the machine works, never how well
it detects names or topics in what people write. Such claims rest on labelled real posts alone.

Where it is unlike the real thing:

- **Language.** Some 230 sentence templates and some 870 fillers, two or three sentences a post. Real posts argue, quote, joke,
  refer to what was said before, and leave their sentences half done. Typos and abbreviations come from two short lists.
- **Medicine.** Drug, condition and procedure are drawn from one specialty's lists, independently of one another, so a
  sentence can be clinically absurd. Doses, hazard ratios and laboratory values are numbers out of a hat.
- **Identifiers.** They stand in 64 carrier sentences, well spelled and with their cue nearby, which flatters rules. Some 35 % of
  posts hold one; among clinicians' real public posts it is far rarer. Names come from Faker's lists of 17 locales,
  so that frequencies of names, and of names that are words, are not those of any country. Telephone numbers are from the
  ranges kept for fiction, NHS numbers from the test range 999, mail domains are example.org and its like.
- **Time.** Posts are spread over days with a plain weekday pattern and over hours with one fixed curve; drivers rise in
  steps. Real series trend, burst and lag.
- **People.** Activity follows a mild power law, nobody answers anybody, engagement is drawn independently of content, and
  role, specialty and country stand in profiles far more often than in life.
- **Other languages.** Fifteen sentences in German, French and Spanish: enough to see that gate 1 refuses and counts them.
- **Servers.** `DemoServer` has the shape of Mastodon 4.6.4's answers for what a tag timeline needs, never edits or
  deletes a post, and never fails; collectors meet faults in the integration tests.
"""
