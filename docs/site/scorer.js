// Order of search results: the manual and the commands before the library and the history.
var Scorer = {
  score: ([page, , , , score]) => (/^(api|Benchmarks)\/|^(ARCHITECTURE|CHANGELOG)$/.test(page) ? score - 20 : score),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
