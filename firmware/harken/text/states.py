"""The eleven states of the self-help design, from the scores of an emotion model."""


def states(settings, scores):
    """(primary, secondary, intensity, confidence) of the scores that a model gives for a text.

    `settings` is the model's metadata; its "states" maps a state to pairs [label index, weight].
    `secondary` is None where nothing else speaks. `intensity` is the primary state's score, 0
    to 1; `confidence` is its share of the two highest scores, 0.5 to 1. All four are None, None,
    0, 0 where no label reaches its threshold.
    """
    found = []
    least = settings.get("thresholds")
    for name, parts in settings["states"].items():
        score = 0
        for label, weight in parts:
            if least is None or scores[label] > least[label]:
                score = max(score, weight * scores[label])
        if score > 0:
            found.append((score, name))
    if not found:
        return None, None, 0, 0
    found.sort(reverse=True)
    score, primary = found[0]
    if len(found) == 1:
        return primary, None, score, 1
    return primary, found[1][1], score, score / (score + found[1][0])
