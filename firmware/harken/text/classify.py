"""A text classifier: one .tflite file with its settings, labels and vocabulary inside.

classifier = Classifier("models/emotion.tflite")
label, confidence = classifier.classify("i feel so alone tonight")
"""

import json

from harken.tflite import ModelError, unload
from harken.tflite.sources import open_source

#: The least probability of one of several labels that is worth an answer to it.
_CLEAR = 0.6


class Classifier:
    """Tells labels from texts.

    Args:
        source: as `Interpreter` takes it: a path, bytes, an open file, a partition, a source.
        kernels: the name of a kernel set; the best one where it is None.
        spare: `buffers` of a classifier that was given up, to be used again.

    Attributes: `labels`; `settings`, the model's metadata; `task`: "label" (one of the labels),
    "labels" (any number of them) or "scored_label" (a score from 0 to 1 for each).

    Raises:
        ModelError: the file is no text model.
    """

    def __init__(self, source, kernels=None, spare=None):
        from harken.tflite import Interpreter  # not kept: `unload` takes it off the heap again

        source = open_source(source)
        interpreter = Interpreter(source, kernels=kernels, arena=spare, prepared=True)
        stored = interpreter.metadata("harken.text")
        table = interpreter.metadata_place("harken.vocabulary")
        if stored is None or table is None:
            raise ModelError("no text model: it has no metadata harken.text and harken.vocabulary")
        self.settings = settings = json.loads(stored)
        self.labels = settings["labels"]
        self.task = settings["task"]
        interpreter.allocate_tensors()
        self._input = interpreter.get_input_details()[0]["index"]
        output = interpreter.get_output_details()[0]
        self._output = output["index"]
        self._scale, self._zero_point = output["quantization"]
        self._runner = interpreter.detach()
        self.buffers = self._runner.buffers
        interpreter = Interpreter = None
        unload()
        self._encoder = _encoder(settings, source, table[0])

    def quantised(self, text):
        """The model's int8 output for `text`, one number a label."""
        self._encoder.encode(text)
        return self.run(self._encoder.ids)

    def run(self, ids):
        """The model's int8 output for `ids`, an int32 array as `Encoder` fills it."""
        runner = self._runner
        runner.reset_variable_tensors()  # a recurrent layer keeps its state otherwise
        runner.set_tensor(self._input, ids)
        runner.invoke()
        return runner.get_tensor(self._output)

    def scores(self, text):
        """A number from 0 to 1 for each label: probabilities, or scores."""
        scale, zero_point = self._scale, self._zero_point
        return [(value - zero_point) * scale for value in self.quantised(text)]

    def knows(self, word):
        """Whether the model has a row for a word."""
        return self._encoder.knows(word)

    def classify(self, text):
        """(label, confidence from 0 to 1); label is None where the model knows none that fits."""
        scores = self.scores(text)
        best = max(range(len(scores)), key=lambda i: scores[i])
        label = self.labels[best]
        if scores[best] < self.settings.get("scope_threshold", 0):
            label = None
        return label, scores[best]

    def tell(self, text):
        """(label, its score from 0 to 1, state) of a text; see `states` for the eleven states.

        The state is None where nothing is clear, or where the model knows no states.
        """
        scores = self.scores(text)
        best = max(range(len(scores)), key=lambda i: scores[i])
        state = None
        clear = self.task != "label" or scores[best] >= _CLEAR
        if clear and "states" in self.settings:
            from harken.text.states import states

            state = states(self.settings, scores)[0]
        return self.labels[best], scores[best], state

    def state(self, text):
        """(primary, secondary, intensity, confidence) among the eleven states; see `states`."""
        from harken.text.states import states

        return states(self.settings, self.scores(text))

    def all(self, text):
        """[(label, score)] of the labels above their thresholds, the highest score first."""
        scores = self.scores(text)
        least = self.settings["thresholds"]
        found = [(self.labels[i], scores[i]) for i in range(len(scores)) if scores[i] > least[i]]
        return sorted(found, key=lambda pair: -pair[1])


def _encoder(settings, source, vocabulary):
    """Imported when the model stands: its layout wants all the room that a small heap has."""
    from harken.text.encoder import Encoder
    from harken.text.vocabulary import Vocabulary

    return Encoder(settings, Vocabulary(source, vocabulary, settings["slots"]))
