"""Measures of a set of texts: how varied they are, and how far from real ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

__all__ = ["distinct", "duplicates", "self_bleu", "skeleton_accuracy", "two_sample", "vocabulary"]

WORD = re.compile(r"[\w'\u2019]+(?:-[\w'\u2019]+)*|[^\w\s]")  # a word with hyphens is one word, as to NLTK


def words(text: str) -> list[str]:
    """Return the words and marks of a text, in lower case."""
    return WORD.findall(text.lower())


def grams(tokens: Sequence[str], n: int) -> list[tuple[str, ...]]:
    """Return the runs of n tokens."""
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


def distinct(texts: Sequence[str], n: int) -> float:
    """Return the share of different n-grams among all (distinct-n; Li et al., NAACL 2016)."""
    counts = Counter(gram for text in texts for gram in grams(words(text), n))
    return len(counts) / sum(counts.values())


def vocabulary(texts: Sequence[str]) -> int:
    """Return how many different words there are."""
    return len({word for text in texts for word in words(text) if word[0].isalpha()})


def duplicates(texts: Sequence[str]) -> int:
    """Return how many texts were there before."""
    return len(texts) - len(set(texts))


def self_bleu(texts: Sequence[str], sample: int = 200, seed: int = 0) -> float:
    """Return the mean BLEU-4 of a sample of texts, each against all others (Zhu et al., SIGIR 2018).

    BLEU without smoothing but for counts of 0, which count as 0.1 (NLTK's method 1), and with the brevity
    penalty of the closest length.
    """
    tokens = [words(text) for text in texts]
    most: list[dict[tuple[str, ...], list[tuple[int, int]]]] = []
    for n in range(1, 5):
        best: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        for place, text in enumerate(tokens):
            for gram, count in Counter(grams(text, n)).items():
                # The two texts with the most of it: the most among the others is one of them.
                pair = best.setdefault(gram, [])
                pair.append((count, place))
                pair.sort(reverse=True)
                del pair[2:]
        most.append(best)
    lengths = np.array([len(text) for text in tokens])
    chosen = np.random.default_rng(seed).choice(len(tokens), min(sample, len(tokens)), replace=False)
    scores = []
    for place in chosen:
        logs = 0.0
        for n in range(1, 5):
            counts = Counter(grams(tokens[place], n))
            total = sum(counts.values())
            if not total:
                continue
            hits = 0
            for gram, count in counts.items():
                others = [c for c, p in most[n - 1][gram] if p != place]
                hits += min(count, others[0] if others else 0)
            logs += np.log(max(hits, 0.1) / total) / 4
        others = np.delete(lengths, place)
        closest = others[np.argmin(np.abs(others - lengths[place]))]
        brevity = min(1.0, float(np.exp(1 - closest / max(1, lengths[place]))))
        scores.append(brevity * float(np.exp(logs)))
    return float(np.mean(scores))


def two_sample(texts: Sequence[str], real: Sequence[str], seed: int = 0) -> float:
    """Return the AUC of a classifier that tells generated texts from real ones; 0.5 when it cannot.

    TF-IDF of words and pairs with logistic regression, five folds, as many of either kind.
    """
    rng = np.random.default_rng(seed)
    size = min(len(texts), len(real))
    both = [str(t) for t in rng.permutation(np.array(texts, object))[:size]]
    both += [str(t) for t in rng.permutation(np.array(real, object))[:size]]
    labels = np.repeat([1, 0], size)
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=10, max_iter=2000))
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    said = cross_val_predict(model, both, labels, cv=folds, method="predict_proba")[:, 1]
    return float(roc_auc_score(labels, said))


def skeleton_accuracy(skeletons: Sequence[str], labels: Sequence[Any]) -> float:
    """Return how far above chance the label can be told from the words of the templates alone.

    Half of the rows train, the others test, whatever their group: the easiest case for one who cheats.
    """
    order = np.random.default_rng(0).permutation(len(skeletons))
    half = len(order) // 2
    texts, wanted = np.array(skeletons, object)[order], np.array(labels)[order]
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 3), token_pattern=r"\S+"), LogisticRegression(C=1, max_iter=2000)
    )
    model.fit(list(texts[:half]), wanted[:half])
    right = float(np.mean(model.predict(list(texts[half:])) == wanted[half:]))
    return right - float(max(Counter(wanted[half:]).values()) / (len(wanted) - half))
