namespace NetProfile.Operator.Scenarios.Support.Interruption;

/// <summary>One thing that was done to the world outside: a write to the API, or a program that writes.</summary>
/// <param name="Number">Counted from 1 over all lives.</param>
/// <param name="InLife">Counted from 1 in the life that did it.</param>
/// <param name="Life">Counted from 1.</param>
/// <param name="Text">What it was: "apply status NetworkProfile cluster", "helm upgrade cilium".</param>
internal sealed record Effect(int Number, int InLife, int Life, string Text)
{
    /// <summary>Nth of this text in all lives, counted from 1: the second helm upgrade is the second hop, or the first one's second try.</summary>
    public required int Nth { get; init; }
}

/// <summary>When a life ends, seen from an effect.</summary>
internal enum Moment
{
    /// <summary>The effect never happens.</summary>
    Before,

    /// <summary>Helm is killed with us while it waits for the answer to one of its own writes, which never happens. Helm only.</summary>
    During,

    /// <summary>It has happened, and nobody has learnt of it.</summary>
    After,
}

/// <summary>Where lives end. What is killed is all of our software that a life has started, as by a power cut.</summary>
internal static class Deaths
{
    public static bool Never(Effect effect, Moment moment) => false;

    /// <summary>
    /// Each life does one thing and ends, so that one run has a death behind every single effect, on the way and at the end of it.
    /// A death before an effect is the one behind the effect before it, as nothing that is in memory outlives either.
    /// </summary>
    public static bool AfterEvery(Effect effect, Moment moment) => moment == Moment.After;

    /// <summary>The same, but helm is killed in the middle of what <paramref name="first"/> chooses, so that it never gets to its end.</summary>
    public static Func<Effect, Moment, bool> AfterEveryAndInTheMiddleOf(Func<Effect, bool> first) =>
        (effect, moment) => moment == (first(effect) ? Moment.During : Moment.After);

    /// <summary>Once, at one effect of the whole run: for a run of its own for each k.</summary>
    public static Func<Effect, Moment, bool> At(int number, Moment at) => (effect, moment) => effect.Number == number && moment == at;
}
