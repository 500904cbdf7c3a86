"""The arena: nothing that lives together overlaps, plans of the model are honoured."""

import struct

import pytest
from harken.tflite import Interpreter, ModelError
from harken.tflite.planner import place
from harken_toolchain.engine import seeds
from harken_toolchain.engine.builder import ModelBuilder
from hypothesis import given, settings
from hypothesis import strategies as st

REQUEST = st.tuples(st.integers(0, 600), st.integers(0, 20), st.integers(0, 6))


def overlap(a, b):
    if a[3] != b[3] or not a[0] or not b[0]:
        return False
    lives = a[1] <= b[2] and b[1] <= a[2]
    return lives and a[4] < b[4] + b[0] and b[4] < a[4] + a[0]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.lists(REQUEST, max_size=25), st.sampled_from([256, 1024, 16384]))
def test_living_requests_never_overlap(wishes, limit):
    requests = [[size, first, first + span, -1, -1] for size, first, span in wishes]
    sizes = place(requests, limit)
    for i, one in enumerate(requests):
        assert one[4] % 4 == 0
        assert one[4] + one[0] <= sizes[one[3]]
        assert not any(overlap(one, other) for other in requests[:i])
    for i, size in enumerate(sizes):
        inside = [r[0] for r in requests if r[3] == i]
        assert size <= max(limit, *inside)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(REQUEST, min_size=1, max_size=12))
def test_no_worse_than_the_busiest_moment_by_much(wishes):
    requests = [[size, first, first + span, -1, -1] for size, first, span in wishes]
    busiest = max(sum(r[0] for r in requests if r[1] <= t <= r[2]) for t in range(30))
    assert sum(place(requests, 1 << 20)) <= 1.5 * busiest + 4 * len(requests)


def chain(offsets=None, sizes=(8, 6, 4)):
    """Dense layers in a row: x, y, z; `offsets` become the model's own plan."""
    m = ModelBuilder()
    tensors = [m.tensor([1, n], scale=0.1) for n in sizes]
    for a, b in zip(tensors, tensors[1:], strict=False):
        shape = [m.shape(b)[1], m.shape(a)[1]]
        w = m.tensor(shape, scale=0.1, data=[[1] * shape[1]] * shape[0])
        m.op("FULLY_CONNECTED", [a, w], [b], "FullyConnected")
    if offsets is not None:
        count = len(m._graph.tensors)
        plan = [offsets.get(i, -1) for i in range(count)]
        data = struct.pack(f"<{3 + count}i", 1, 1, count, *plan)
        m.metadata("OfflineMemoryAllocation", data)
    return m.build([tensors[0]], [tensors[-1]])


def prepared(model, **more):
    made = Interpreter(model, **more)
    made.allocate_tensors()
    return made


def test_a_chain_takes_the_two_largest_neighbours():
    assert prepared(chain()).arena == 14


def test_an_offline_plan_is_honoured():
    made = prepared(chain({0: 16, 1: 0, 2: 40}))
    assert made.arena == 44
    assert made._places[0][1] == 16
    assert made._places[2][1] == 40


def test_a_partial_offline_plan_is_filled_up():
    made = prepared(chain({0: 0}))
    assert made._places[0][1] == 0
    assert made.arena == 14


@pytest.mark.parametrize(
    ("offsets", "complaint"),
    [
        ({0: 0, 1: 4}, "lays living tensors over each other"),
        ({0: 2}, "tensor 0 at 2"),
        ({0: -8}, "tensor 0 at -8"),
        ({0: 0x7FFFFFF0}, "offline plan of 2147483640 bytes"),
    ],
)
def test_a_wrong_offline_plan_is_refused(offsets, complaint):
    with pytest.raises(ModelError, match=complaint):
        prepared(chain(offsets))


def test_an_offline_plan_of_another_size_is_refused():
    m = ModelBuilder()
    x = m.tensor([1, 2], scale=1.0)
    y = m.tensor([1, 2], scale=1.0)
    m.op("RELU", [x], [y])
    m.metadata("OfflineMemoryAllocation", struct.pack("<4i", 1, 1, 1, 0))
    with pytest.raises(ModelError, match="wanted offsets of 2 tensors"):
        prepared(m.build([x], [y]))


def test_offline_blocks_are_kept_apart():
    made = prepared(chain({0: 0, 1: 256, 2: 512}), arena_block=256)
    assert made.blocks == (8, 6, 4)


def test_blocks_are_bounded():
    model = chain(sizes=(900, 800, 700, 300))
    assert prepared(model).blocks == (1700,)
    made = prepared(model, arena_block=1024)
    assert all(size <= 1024 for size in made.blocks)
    assert len(made.blocks) == 2


@pytest.mark.parametrize("share", [True, False])
def test_an_elementwise_operator_works_in_place(share):
    m = ModelBuilder()
    x, y = (m.tensor([1, 64], scale=0.1) for _ in "xy")
    m.op("RELU", [x], [y])
    z = m.tensor([1, 64], scale=0.1)
    m.op("ADD", [y, y if share else x], [z], "Add")
    assert prepared(m.build([x], [z])).arena == (64 if share else 128)


@pytest.mark.parametrize("name", sorted(seeds.models()))
def test_no_larger_than_tflite_micro_needs(name):
    from harken_toolchain.engine import reference

    model = seeds.models()[name]
    assert prepared(model).arena <= 1.05 * reference.shared().arena_minimum(model)
