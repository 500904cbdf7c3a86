"""Pruning, clustering and fake quantisation of a trained model, with a little fine-tuning.

The TensorFlow Model Optimization toolkit (tfmot) wraps single layers here: it refuses a whole
model with plain TensorFlow ops between its layers, and those of a text model have them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harken_toolchain.train.architectures import EMBEDDING, build, inference_weights
from harken_toolchain.train.fit import Arrays
from harken_toolchain.train.losses import loss_of
from harken_toolchain.train.recipe import Recipe, Task

#: Share of the recipe's learning rate.
_RATE = 0.1
#: Times that the pruning mask is renewed.
_RENEWALS = 20


@dataclass(frozen=True)
class Settings:
    """How far a model is compressed, and how long it is fine-tuned then."""

    #: Share of the weights that become zero.
    sparsity: float = 0.5
    #: Different values that are left in a weight tensor.
    clusters: int = 16
    epochs: int = 2
    #: Texts of an epoch, at most.
    texts: int = 20_000


@dataclass(frozen=True)
class Wrapped:
    """A model with tfmot's wrappers, ready for fine-tuning.

    Attributes:
        model: to be fine-tuned.
        strip: gives a model without wrappers whose layers have their first names.
        callbacks: for `fit`.
        layers: names of the wrapped layers.
    """

    model: Any
    strip: Callable[[Any], Any]
    callbacks: list[Any]
    layers: list[str]


def _is_weighted(layer: Any) -> bool:
    import tf_keras as keras

    return isinstance(layer, keras.layers.Embedding | keras.layers.LSTM | keras.layers.Dense)


def _wrap(
    model: Any, wrap: Callable[[Any], Any], chosen: Callable[[Any], bool]
) -> tuple[Any, list]:
    """A clone of `model` in which `wrap` stands for the chosen layers; their names."""
    import tf_keras as keras

    names = [layer.name for layer in model.layers if chosen(layer)]
    clone = keras.models.clone_model(
        model, clone_function=lambda layer: wrap(layer) if layer.name in names else layer
    )
    return clone, names


def prune(model: Any, settings: Settings, steps: int) -> Wrapped:
    """The smallest weights of every layer become zero over the first of the epochs."""
    from tensorflow_model_optimization.sparsity import keras as sparsity

    schedule = sparsity.PolynomialDecay(
        0.0, settings.sparsity, 0, steps, frequency=max(1, steps // _RENEWALS)
    )

    def wrap(layer: Any) -> Any:
        return sparsity.prune_low_magnitude(layer, pruning_schedule=schedule)

    clone, names = _wrap(model, wrap, _is_weighted)
    return Wrapped(clone, sparsity.strip_pruning, [sparsity.UpdatePruningStep()], names)


def cluster(model: Any, settings: Settings, steps: int) -> Wrapped:
    """Every large weight tensor keeps `clusters` values, which are fine-tuned."""
    from tensorflow_model_optimization.clustering import keras as clustering

    def wrap(layer: Any) -> Any:
        start = clustering.CentroidInitialization.KMEANS_PLUS_PLUS
        return clustering.cluster_weights(layer, settings.clusters, start)

    def chosen(layer: Any) -> bool:
        return _is_weighted(layer) and layer.count_params() > 4 * settings.clusters

    clone, names = _wrap(model, wrap, chosen)
    return Wrapped(clone, clustering.strip_clustering, [], names)


def fake_quantise(model: Any, settings: Settings, steps: int) -> Wrapped:
    """Dense layers, the only ones that tfmot supports here, learn with 8-bit rounding."""
    import tf_keras as keras
    from tensorflow_model_optimization.quantization import keras as quantisation

    clone, names = _wrap(
        model,
        quantisation.quantize_annotate_layer,
        lambda layer: isinstance(layer, keras.layers.Dense),
    )
    return Wrapped(quantisation.quantize_apply(clone), lambda tuned: tuned, [], names)


def _weights(layer: Any) -> list[np.ndarray]:
    """The weights of a layer, without what a quantising wrapper adds to them."""
    if not hasattr(layer, "quantize_config"):
        return layer.get_weights()
    kept = ("kernel", "bias")
    found = {weight.name.split("/")[-1].split(":")[0]: weight.numpy() for weight in layer.weights}
    return [found[name] for name in kept if name in found]


def restore(recipe: Recipe, labels: int, weights: Sequence[np.ndarray]) -> Any:
    """The model as it is trained, with weights that `inference_weights` gave."""
    model = build(recipe, labels, training=True)
    model.set_weights(weights)
    # The bound stays with the weight itself; layers that are built anew need not know it.
    model.get_layer(EMBEDDING).embeddings_constraint = None
    return model


def apply(
    kind: Callable[[Any, Settings, int], Wrapped],
    recipe: Recipe,
    task: Task,
    train: Arrays,
    weights: Sequence[np.ndarray],
    settings: Settings,
    show: Callable[[int], None],
) -> tuple[list[np.ndarray], list[str]]:
    """The weights after one of the functions above and fine-tuning; the layers it was done to.

    `show` is called with the number of finished epochs.
    """
    import tf_keras as keras

    keras.backend.clear_session()
    keras.utils.set_random_seed(1)
    labels = train.targets.shape[1]
    model = restore(recipe, labels, weights)
    form = recipe.training
    rows = np.random.default_rng(1).permutation(len(train.ids))[: settings.texts]
    wrapped = kind(model, settings, -(-len(rows) // form.batch))
    wrapped.model.compile(
        keras.optimizers.Adam(form.learning_rate * _RATE),
        loss_of(task, train.targets, form.label_smoothing, form.positive_weight),
    )
    show(0)
    wrapped.model.fit(
        train.ids[rows],
        train.targets[rows],
        batch_size=form.batch,
        epochs=settings.epochs,
        callbacks=[
            *wrapped.callbacks,
            keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, _: show(epoch + 1)),
        ],
        verbose=0,
    )
    found = wrapped.strip(wrapped.model).layers
    stripped = {layer.name.removeprefix("quant_"): layer for layer in found}
    plain = build(recipe, labels, training=True)
    for layer in plain.layers:
        if layer.weights:
            layer.set_weights(_weights(stripped[layer.name]))
    return inference_weights(plain), wrapped.layers
