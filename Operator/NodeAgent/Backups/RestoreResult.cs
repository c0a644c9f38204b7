namespace NetProfile.NodeAgent.Backups;

public enum RestoreState
{
    Restored,

    /// <summary>It is there already; left as it is.</summary>
    AlreadyThere,

    /// <summary>It can't be put back; the message says why, and who would.</summary>
    NotRestored,
}

public sealed record RestoreResult(string What, RestoreState State, string Message);
